// Deliveries of webhooks.

import { get, post, short, words } from "./api.js";
import { h } from "./dom.js";
import { badge, button, card, heading, table, when } from "./parts.js";

const chosen = { state: "" };
const STATES = ["", "PENDING", "DELIVERED", "FAILED", "DROPPED", "CANCELED"];

export async function webhooks({ refresh }) {
  const query = new URLSearchParams({ limit: "200" });
  if (chosen.state) query.set("state", chosen.state);
  const { deliveries, pending, lost } = await get(`/webhooks/deliveries?${query}`);
  const pick = (event) => {
    chosen.state = event.currentTarget.value;
    refresh();
  };
  return [
    heading("Webhook deliveries"),
    h(
      "form",
      { class: "filters", onsubmit: (event) => event.preventDefault() },
      h("label", {}, "State ", h("select", { id: "delivery-state", onchange: pick }, STATES.map((state) => h("option", { value: state, selected: state === chosen.state }, state ? words(state) : "all")))),
    ),
    h("p", { class: "note" }, `${pending} waiting${lost > 0 ? `, ${lost} lost` : ""}.`),
    deliveryTable(deliveries, "No delivery yet. POST /webhooks subscribes; what happens then is delivered."),
  ];
}

/** Those about one thing. */
export async function deliveriesOf(id) {
  const query = new URLSearchParams({ entity_id: id, limit: "100" });
  const { deliveries } = await get(`/webhooks/deliveries?${query}`);
  return card("Webhooks about it", deliveryTable(deliveries, "None was sent."));
}

function deliveryTable(deliveries, empty) {
  return table(
    "Deliveries",
    [
      ["When", (delivery) => when(delivery.happened_at)],
      ["Event", (delivery) => h("code", {}, delivery.event_type)],
      ["About", (delivery) => short(delivery.entity_id)],
      ["To", (delivery) => h("code", {}, delivery.request.url)],
      ["State", (delivery) => [badge(delivery.state), delivery.redelivery_of !== null ? h("span", { class: "badge going" }, "again") : null]],
      ["Attempts", attempts],
      ["Again", redeliver],
    ],
    [...deliveries].reverse(),
    (delivery) => String(delivery.id),
    empty,
  );
}

function attempts({ id, attempts, request, next_attempt_at }) {
  const last = attempts.at(-1);
  return h(
    "details",
    {},
    h("summary", {}, `${attempts.length}${last ? `: ${last.status ?? last.error}` : ""}`),
    attempts.map((attempt) => h("p", {}, when(attempt.at), ` – ${attempt.status ?? attempt.error}, ${attempt.took_ms} ms `, attempt.answer ? h("code", {}, attempt.answer) : null)),
    next_attempt_at ? h("p", {}, "Next: ", when(next_attempt_at)) : null,
    h("pre", { tabindex: "0", role: "region", "aria-label": `Body of ${id}` }, JSON.stringify(request.body, null, 2)),
  );
}

function redeliver(delivery) {
  const again = async () => {
    const { state } = await post(`/webhooks/deliveries/${delivery.id}/redeliver`);
    return `Sent again: ${words(state)}.`;
  };
  return button("Redeliver", again, { class: "small", "aria-label": `Redeliver ${delivery.event_type} ${delivery.id}` });
}
