// Levers: what can be made to happen that no operation of the API does.

import { post } from "./api.js";
import { h } from "./dom.js";
import { button, card } from "./parts.js";

/** Pulls one on a thing. */
export function pull(event, id, more = {}) {
  return post("/trigger", { event, id, ...more });
}

/** A button for each lever there is for such a thing; what it cannot do now it
 * says when it is pulled. */
export function levers(of, id, triggers) {
  const rows = triggers.filter((trigger) => trigger.of === of);
  return card(
    "Levers",
    h(
      "ul",
      { class: "levers" },
      rows.map(({ event, text }) =>
        h("li", {}, button(event, () => pull(event, id).then(() => `${event} happened.`), { class: "small", "data-event": event }), " ", h("span", {}, text)),
      ),
    ),
  );
}
