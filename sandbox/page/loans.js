// The list of loans.

import { get, money, short } from "./api.js";
import { h } from "./dom.js";
import { badge, heading, more, onDay, shown, table } from "./parts.js";

const chosen = { status: "", query: "" };

export const columns = [
  ["Loan", (loan) => h("a", { href: `#/loans/${loan.id}` }, short(loan.id))],
  ["Borrower", (loan) => loan.borrower?.name ?? loan.borrower?.identifier ?? "–"],
  ["Amount", (loan) => money(loan.amount, loan.currency), "number"],
  ["Fees", (loan) => money(loan.fees_ongoing ?? loan.fees_estimated, loan.currency), "number"],
  ["Payout", (loan) => onDay(loan.paid_at ?? loan.to_pay_at)],
  ["To repay", (loan) => onDay(loan.to_repay_at)],
  ["Status", (loan) => badge(loan.status)],
];

/** @returns {Promise<Node[]>} */
export async function loans({ refresh, machine }) {
  const query = new URLSearchParams({ page_size: shown.size });
  if (chosen.status) query.set("status", chosen.status);
  if (chosen.query) query.set("query", chosen.query);
  const page = await get(`/view/loans?${query}`);
  const pick = (name) => (event) => {
    chosen[name] = event.currentTarget.value;
    refresh();
  };
  const statuses = ["", ...machine.statuses].map((status) =>
    h("option", { value: status, selected: status === chosen.status }, status || "every status"),
  );
  return [
    heading("Loans"),
    h(
      "form",
      { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
      h("label", {}, "Status ", h("select", { id: "loan-status", onchange: pick("status") }, statuses)),
      h("label", {}, "Search ", h("input", { id: "loan-query", type: "search", oninput: pick("query"), placeholder: "id, name, amount" })),
    ),
    table("Loans", columns, page.data ?? [], (loan) => loan.id, "No loan yet. POST /loans makes one."),
    more(page, refresh),
  ];
}
