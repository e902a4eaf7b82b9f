// Plots of cents over time.

import { day, money } from "./api.js";
import { s } from "./dom.js";

const WIDTH = 640;
const HEIGHT = 230;
const TOP = 36;
const LEFT = 92;
const BOTTOM = 28;

/** Lines over time. `points` have `at` and the cents of each series; a series
 * is [name, title]; a mark is [title, time]. `steps` for what stays until it changes. */
export function plot(label, points, series, { marks = [], steps = false } = {}) {
  const times = points.map((point) => Date.parse(point.at));
  const first = Math.min(...times);
  const last = Math.max(...times, first + 1);
  const most = Math.max(1, ...points.flatMap((point) => series.map(([name]) => point[name] ?? 0)));
  const x = (at) => LEFT + ((at - first) / (last - first)) * (WIDTH - LEFT - 12);
  const y = (cents) => HEIGHT - BOTTOM - (cents / most) * (HEIGHT - BOTTOM - TOP);
  const lines = series.map(([name], index) => {
    let d = "";
    points.forEach((point, no) => {
      const [px, py] = [x(times[no]).toFixed(1), y(point[name] ?? 0).toFixed(1)];
      d += no === 0 ? `M${px} ${py}` : steps ? `H${px}V${py}` : `L${px} ${py}`;
    });
    return s("path", { class: `line series-${index}`, d });
  });
  const grid = [0, most / 2, most].map((cents) => [
    s("path", { class: "grid", d: `M${LEFT} ${y(cents)}H${WIDTH - 12}` }),
    s("text", { class: "end", x: LEFT - 8, y: y(cents) + 4 }, money(Math.round(cents))),
  ]);
  const shown = marks.filter(([, at]) => at && Date.parse(at) >= first && Date.parse(at) <= last);
  const now = points.at(-1);
  const told = series.map(([name, title]) => `${title} ${money(now[name])}`).join(", ");
  return [
    s(
      "svg",
      { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${label}, from ${day(points[0].at)} to ${day(now.at)}; at the end: ${told}.` },
      grid,
      lines,
      shown.map(([title, at], index) => [
        s("path", { class: "mark", d: `M${x(Date.parse(at))} ${TOP - 8}V${HEIGHT - BOTTOM}` }),
        s("text", { class: x(Date.parse(at)) > WIDTH / 2 ? "end" : "", x: x(Date.parse(at)), y: 12 + (index % 2) * 14 }, title),
      ]),
      s("text", { x: LEFT, y: HEIGHT - 8 }, day(points[0].at)),
      s("text", { class: "end", x: WIDTH - 12, y: HEIGHT - 8 }, day(now.at)),
    ),
  ];
}

/** What the lines of a plot are. */
export function legend(h, series) {
  return h("ul", { class: "legend" }, series.map(([, title], index) => h("li", { class: `series-${index}` }, title)));
}
