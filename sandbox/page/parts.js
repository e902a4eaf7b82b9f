// Parts that several views have.

import { day, moment, words } from "./api.js";
import { h } from "./dom.js";

const GOOD = ["CLOSED", "PAID", "VERIFIED", "READY", "DELIVERED", "SIGNED", "VALIDATED"];
const BAD = ["DECLINED", "CANCELED", "DELETED", "FAILED", "LATE", "ISSUE_DETECTED", "BLOCKED", "DEACTIVATED", "DROPPED"];

/** A status, coloured, and readable without the colour. */
export function badge(status) {
  const tone = GOOD.includes(status) ? "good" : BAD.includes(status) ? "bad" : "going";
  return h("span", { class: `badge ${tone}` }, words(status));
}

/** The heading of a page: it takes the focus when the page is gone to. */
export function heading(...children) {
  return h("h1", { tabindex: "-1" }, children);
}

export function when(text, write = moment) {
  return text ? h("time", { datetime: text }, write(text)) : "–";
}

export const onDay = (text) => when(text, day);

/** A table that turns into cards on a phone; the roles say it is one still.
 * A column: [title, cell of a row, class]. */
export function table(label, columns, rows, keyOf, empty = "Nothing yet.") {
  if (rows.length === 0) return h("p", { class: "empty" }, empty);
  const head = columns.map(([title, , kind]) => h("th", { role: "columnheader", scope: "col", class: kind }, title));
  const body = rows.map((row, index) =>
    h(
      "tr",
      { role: "row", "data-key": keyOf ? keyOf(row) : String(index) },
      columns.map(([title, cell, kind]) =>
        h("td", { role: "cell", "data-label": title, class: kind }, h("div", {}, cell(row))),
      ),
    ),
  );
  return h(
    "table",
    { role: "table", "aria-label": label },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head)),
    h("tbody", { role: "rowgroup" }, body),
  );
}

/** How many rows the lists show. */
export const shown = { size: 50 };

/** Shows more of a list, as far as the API gives it in one page. */
export function more(page, refresh) {
  if (!page.next_page) return null;
  const newest = `Only the newest ${page.count} are shown.`;
  if (shown.size >= 1000) return h("p", { class: "empty" }, newest);
  const grow = () => {
    shown.size = Math.min(shown.size * 4, 1000);
    refresh();
  };
  return h("p", { class: "empty" }, newest, " ", button("Show more", grow));
}

/** Does what a choice asks for, and says what went wrong. */
export function choose(act) {
  return (event) => act(event).catch((error) => say(error.message, true));
}

/** A titled part of a page. */
export function card(title, ...children) {
  const id = `part-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return h("section", { class: "card", "aria-labelledby": id, "data-key": id }, h("h2", { id }, title), children);
}

/** Facts by name; those without a value are left out. */
export function facts(pairs) {
  const kept = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h("dl", { class: "facts" }, kept.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

export function raw(value) {
  return h(
    "details",
    {},
    h("summary", {}, "Raw JSON"),
    h("pre", { tabindex: "0", role: "region", "aria-label": "Raw JSON" }, JSON.stringify(value, null, 2)),
  );
}

/** A button that works once at a time and says what went wrong. */
export function button(title, act, more = {}) {
  const run = async (event) => {
    const pressed = event.currentTarget;
    if (pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    try {
      const said = await act();
      if (said) say(said);
    } catch (error) {
      say(error.message, true);
    } finally {
      pressed.removeAttribute("aria-busy");
    }
  };
  return h("button", { type: "button", onclick: run, ...more }, title);
}

let silence;

/** Says something to everybody: seen for a while, and read out. */
export function say(text, isWrong = false) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.classList.toggle("bad", isWrong);
  clearTimeout(silence);
  silence = setTimeout(() => (said.textContent = ""), 8000);
}
