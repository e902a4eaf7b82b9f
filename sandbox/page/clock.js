// The clock, the choices of the sandbox, and its levers.

import { get, moment, post, put } from "./api.js";
import { h, show } from "./dom.js";
import { button, choose } from "./parts.js";

const JUMPS = [
  ["1 hour", "PT1H"],
  ["1 day", "P1D"],
  ["7 days", "P7D"],
  ["30 days", "P30D"],
];

const PACES = [
  ["real", { rate: 1 }],
  ["an hour a second", { rate: 3600 }],
  ["a day a second", { rate: 86400 }],
  ["an hour a request", { step: "PT1H" }],
  ["frozen", { freeze: true }],
];

/** The time that was last told, and how fast it passes. */
let shown = null;

function modeOf({ mode, rate, step }) {
  return { rate: `${rate} × as fast`, step: `${step} a request` }[mode] ?? mode;
}

function tick() {
  if (!shown?.rate) return;
  const now = new Date(shown.at + (performance.now() - shown.since) * shown.rate);
  if (!Number.isNaN(now.getTime())) document.getElementById("now").textContent = moment(now.toISOString());
}

/** Draws the clock and gives what the views need of it. */
export async function clock() {
  const [time, settings] = await Promise.all([get("/clock"), get("/settings")]);
  const byClock = settings.timing === "calendar";
  const move = (length, name) => async () => {
    await post("/clock", { advance: length });
    return `The clock is ${name} later.`;
  };
  const next = async () => {
    await post("/clock", { next_event: true });
    return "The clock is at the next event.";
  };
  shown = { at: Date.parse(time.now), since: performance.now(), rate: time.rate ?? 0 };
  show(
    document.getElementById("clock"),
    h("p", {}, h("time", { datetime: time.now, id: "now" }, moment(time.now)), " UTC ", h("span", { class: "badge going" }, modeOf(time))),
    h(
      "div",
      { class: "buttons" },
      JUMPS.map(([name, length]) => button(`+ ${name}`, move(length, name), { "data-advance": length })),
      byClock ? button("Next event", next, { "data-key": "next-event" }) : null,
      h(
        "label",
        {},
        "Pace ",
        h(
          "select",
          { id: "pace", onchange: choose((event) => post("/clock", JSON.parse(event.currentTarget.value))) },
          PACES.map(([title, body]) => h("option", { value: JSON.stringify(body) }, title)),
        ),
      ),
    ),
    h(
      "label",
      {},
      h("input", {
        type: "checkbox",
        id: "by-clock",
        checked: byClock,
        onchange: choose((event) => put("/settings", { timing: event.currentTarget.checked ? "calendar" : "guide" })),
      }),
      " Loans go by the clock",
    ),
  );
  document.getElementById("by-clock").checked = byClock;
  document.getElementById("pace").value = paceOf(time);
  return { now: time.now, settings };
}

/** The pace to show as chosen. */
function paceOf({ mode, rate }) {
  const fits = ([, body]) => (mode === "step" ? body.step : mode === "frozen" ? body.freeze : body.rate === rate);
  return JSON.stringify((PACES.find(fits) ?? PACES[0])[1]);
}

setInterval(tick, 500);
