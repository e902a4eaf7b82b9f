// The clock, the choices of the sandbox, and its levers.

import { get, moment, post, put } from "./api.js";
import { h, show } from "./dom.js";
import { button } from "./parts.js";

const JUMPS = [
  ["1 hour", "PT1H"],
  ["1 day", "P1D"],
  ["7 days", "P7D"],
  ["30 days", "P30D"],
];

/** Draws the clock and gives what the views need of it. */
export async function clock() {
  const [time, settings] = await Promise.all([get("/clock"), get("/settings")]);
  const byClock = settings.policy === "calendar";
  const move = (length, name) => async () => {
    await post("/clock", { advance: length });
    return `The clock is ${name} later.`;
  };
  show(
    document.getElementById("clock"),
    h("p", {}, h("time", { datetime: time.now, id: "now" }, moment(time.now)), " UTC ", time.frozen ? h("span", { class: "badge going" }, "frozen") : null),
    h("div", { class: "buttons" }, JUMPS.map(([name, length]) => button(`+ ${name}`, move(length, name), { "data-advance": length })),
      button(time.frozen ? "Let it run" : "Freeze", () => post("/clock", { freeze: !time.frozen }).then(() => null), { id: "freeze" })),
    h(
      "label",
      {},
      h("input", {
        type: "checkbox",
        id: "by-clock",
        checked: byClock,
        onchange: (event) => put("/settings", { policy: event.currentTarget.checked ? "calendar" : "guide" }),
      }),
      " Loans go by the clock",
    ),
  );
  document.getElementById("by-clock").checked = byClock;
  return { now: time.now, settings };
}

/** Moves the clock on to this moment. */
export async function jumpTo(at) {
  const { now } = await get("/clock");
  const seconds = Math.max(0, Math.ceil((Date.parse(at) - Date.parse(now)) / 1000));
  await post("/clock", { advance_seconds: seconds });
  return `It is ${moment(at)}.`;
}
