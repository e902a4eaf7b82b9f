// Requests to the API: the live log, and those about one thing.

import { get, moment } from "./api.js";
import { languages } from "./copy.js";
import { h } from "./dom.js";
import { button, heading, table, when } from "./parts.js";

const chosen = { text: "", only: "" };

const ONLY = [
  ["", "all"],
  ["changes", "changes"],
  ["failed", "failed"],
  ["fault", "with a fault"],
];

export async function requests({ refresh }) {
  const { requests } = await get("/view/requests");
  const kept = requests.filter(keeps).reverse();
  const pick = (name) => (event) => {
    chosen[name] = event.currentTarget.value;
    refresh();
  };
  return [
    heading("Requests"),
    h(
      "form",
      { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
      h("label", {}, "Filter ", h("input", { id: "request-text", type: "search", oninput: pick("text"), placeholder: "path, operation, status" })),
      h("label", {}, "Show ", h("select", { id: "request-only", onchange: pick("only") }, ONLY.map(([value, title]) => h("option", { value, selected: value === chosen.only }, title)))),
    ),
    h("p", { class: "note" }, "Headers, queries and bodies are never kept: they hold keys, names and accounts."),
    requestTable(kept),
  ];
}

function keeps(request) {
  const { only } = chosen;
  const text = `${request.method} ${request.path} ${request.operation ?? ""} ${request.status ?? "reset"}`.toLowerCase();
  return (
    text.includes(chosen.text.trim().toLowerCase()) &&
    (only !== "changes" || request.method !== "GET") &&
    (only !== "failed" || request.status === null || request.status >= 400) &&
    (only !== "fault" || request.fault)
  );
}

/** Requests in a table, each to be copied as code. */
export function requestTable(requests) {
  return table(
    "Requests",
    [
      ["When", (request) => when(request.at)],
      ["Request", (request) => h("code", {}, `${request.method} ${request.path}`)],
      ["Operation", (request) => request.operation ?? "–"],
      ["Status", outcome],
      ["Copy as", (request) => h("div", { class: "copy" }, languages.map(([name, write]) => copier(name, write, request)))],
    ],
    requests,
    (request) => String(request.no),
    "No request yet.",
  );
}

function outcome(request) {
  const status = request.status ?? "reset";
  const tone = request.status === null || request.status >= 400 ? "bad" : "good";
  return [h("span", { class: `badge ${tone}` }, status), request.fault ? h("span", { class: "badge going" }, "fault") : null];
}

function copier(name, write, request) {
  const act = async () => {
    await navigator.clipboard.writeText(write(request));
    return `Copied as ${name}.`;
  };
  return button(name, act, { class: "small", "aria-label": `Copy ${request.method} ${request.path} of ${moment(request.at)} as ${name}` });
}
