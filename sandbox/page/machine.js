// Draws the state machine of a loan from the table of moves the sandbox has.

import { words } from "./api.js";
import { s } from "./dom.js";

const WIDTH = 132;
const HEIGHT = 34;
const ACROSS = 168;
const DOWN = 62;

/** Where each status is drawn. A move to a status that the API lists later
 * leads down; the longest way down is the first column. */
export function layout({ statuses, moves }) {
  const rank = new Map(statuses.map((status, index) => [status, index]));
  const down = moves.filter(({ from, to }) => rank.get(from) < rank.get(to));
  const layer = new Map(statuses.map((status) => [status, 0]));
  const before = new Map();
  for (const status of statuses) {
    for (const { from, to } of down.filter((move) => move.from === status)) {
      if (layer.get(to) <= layer.get(from)) {
        layer.set(to, layer.get(from) + 1);
        before.set(to, from);
      }
    }
  }
  const longest = [...layer].reduce((most, next) => (next[1] > most[1] ? next : most));
  const spine = new Set();
  for (let status = longest[0]; status; status = before.get(status)) spine.add(status);
  const taken = new Map();
  const places = new Map();
  for (const status of statuses) {
    const y = layer.get(status);
    const column = spine.has(status) ? 0 : (taken.get(y) ?? 0) + 1;
    if (column > 0) taken.set(y, column);
    places.set(status, { column, x: 36 + column * ACROSS, y: 8 + y * DOWN });
  }
  return places;
}

/** The drawing, with where the loan was, is and may go. */
export function drawing(machine, history, present) {
  const places = layout(machine);
  const passed = new Set(history.map((moment) => moment.status));
  const walked = new Set(history.slice(1).map((moment, index) => `${history[index].status} ${moment.status}`));
  const next = machine.moves.filter((move) => move.from === present).map((move) => move.to);
  const points = [...places.values()];
  const width = Math.max(...points.map((place) => place.x)) + WIDTH + 12;
  const height = Math.max(...points.map((place) => place.y)) + HEIGHT + 12;
  const kindOf = ({ from, to }) => (walked.has(`${from} ${to}`) ? "walked" : from === present ? "next" : "");
  // The moves that matter lie on top.
  const moves = [...machine.moves].sort((a, b) => kindOf(a).length - kindOf(b).length);
  const told =
    `State machine. The loan is ${words(present)}. It was ${history.map((m) => words(m.status)).join(", then ")}. ` +
    (next.length > 0 ? `It may become ${next.map(words).join(", ")}.` : "It stays so.");
  return s(
    "svg",
    { class: "machine", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told },
    ["", "next", "walked"].map((kind) =>
      s(
        "marker",
        { id: `tip-${kind}`, class: `tip ${kind}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
        s("path", { d: "M0 0 8 4 0 8z" }),
      ),
    ),
    moves.map((move) =>
      s("path", { class: `move ${kindOf(move)}`, d: line(places.get(move.from), places.get(move.to)), "marker-end": `url(#tip-${kindOf(move)})` }),
    ),
    machine.statuses.map((status) => {
      const { x, y } = places.get(status);
      const kind = status === present ? "present" : passed.has(status) ? "passed" : next.includes(status) ? "next" : "";
      return s(
        "g",
        { class: `state ${kind}` },
        s("rect", { x, y, width: WIDTH, height: HEIGHT, rx: 8 }),
        s("text", { x: x + WIDTH / 2, y: y + HEIGHT / 2 + 4 }, words(status)),
      );
    }),
  );
}

function line(from, to) {
  const middle = { from: from.y + HEIGHT / 2, to: to.y + HEIGHT / 2 };
  if (from.column === to.column) {
    const steps = (to.y - from.y) / DOWN;
    if (steps === 1) return `M${from.x + WIDTH / 2} ${from.y + HEIGHT}V${to.y - 1}`;
    // Past what is between: down on the left, back up on the right.
    const side = steps > 0 ? from.x : from.x + WIDTH;
    const bend = side + (steps > 0 ? -1 : 1) * (10 + 6 * Math.min(Math.abs(steps), 4));
    return `M${side} ${middle.from + 6}C${bend} ${middle.from + 6} ${bend} ${middle.to - 6} ${side} ${middle.to - 6}`;
  }
  const right = to.x > from.x;
  const start = right ? from.x + WIDTH : from.x;
  const end = right ? to.x : to.x + WIDTH;
  const bend = (start + end) / 2;
  return `M${start} ${middle.from}C${bend} ${middle.from} ${bend} ${middle.to} ${end} ${middle.to}`;
}
