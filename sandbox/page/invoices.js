// Invoices.

import { get, money, short, words } from "./api.js";
import { h } from "./dom.js";
import { badge, card, facts, heading, more, onDay, raw, shown, table } from "./parts.js";
import { requestTable } from "./requests.js";
import { deliveriesOf } from "./webhooks.js";

const nameOf = (party) => party?.name ?? party?.identifier ?? "–";

const columns = [
  ["Invoice", (invoice) => h("a", { href: `#/invoices/${invoice.id}` }, invoice.invoice_number || short(invoice.id))],
  ["Seller", (invoice) => nameOf(invoice.seller)],
  ["Buyer", (invoice) => nameOf(invoice.buyer)],
  ["Total", (invoice) => money(invoice.total_amount, invoice.currency), "number"],
  ["Due", (invoice) => onDay(invoice.due_at)],
  ["Loans", (invoice) => loansOf(invoice)],
  ["Status", (invoice) => badge(invoice.status)],
];

const loansOf = (invoice) => (invoice.loan_ids ?? []).map((id) => [h("a", { href: `#/loans/${id}` }, short(id)), " "]);

const chosen = { query: "" };

export async function invoices({ refresh }) {
  const query = new URLSearchParams({ page_size: shown.size });
  if (chosen.query) query.set("query", chosen.query);
  const page = await get(`/view/invoices?${query}`);
  const search = (event) => {
    chosen.query = event.currentTarget.value;
    refresh();
  };
  return [
    heading("Invoices"),
    h(
      "form",
      { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
      h("label", {}, "Search ", h("input", { id: "invoice-query", type: "search", oninput: search })),
    ),
    table("Invoices", columns, page.data, (invoice) => invoice.id, "No invoice yet. POST /invoices or a loan makes one."),
    more(page, refresh),
  ];
}

export async function invoice({ id }) {
  const { invoice, requests } = await get(`/view/invoices/${id}`);
  const cents = (amount) => money(amount, invoice.currency);
  return [
    h("p", { class: "crumb" }, h("a", { href: "#/invoices" }, "Invoices")),
    heading(`Invoice ${invoice.invoice_number || short(invoice.id)} `, badge(invoice.status)),
    card(
      "Invoice",
      facts([
        ["Seller", nameOf(invoice.seller)],
        ["Buyer", nameOf(invoice.buyer)],
        ["Total", cents(invoice.total_amount)],
        ["Net", cents(invoice.net_amount)],
        ["Tax", cents(invoice.tax_amount)],
        ["To pay", cents(invoice.to_pay_amount)],
        ["Issued", onDay(invoice.issued_at)],
        ["Due", onDay(invoice.due_at)],
        ["Reason", invoice.status_reason && words(invoice.status_reason)],
        ["Loans", loansOf(invoice)],
        ["Id", h("code", {}, invoice.id)],
      ]),
    ),
    await deliveriesOf(invoice.id),
    card("Requests about it", requestTable(requests)),
    card("As the API shows it", raw(invoice)),
  ];
}
