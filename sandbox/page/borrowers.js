// Borrowers and their credit lines.

import { get, money, short, words } from "./api.js";
import { h } from "./dom.js";
import { levers } from "./levers.js";
import { columns as loanColumns } from "./loans.js";
import { badge, card, facts, heading, more, onDay, raw, shown, table } from "./parts.js";
import { legend, plot } from "./plot.js";
import { requestTable } from "./requests.js";
import { deliveriesOf } from "./webhooks.js";

const nameOf = (borrower) => borrower.name || borrower.identifier || short(borrower.id);

const columns = [
  ["Borrower", (borrower) => h("a", { href: `#/borrowers/${borrower.id}` }, nameOf(borrower))],
  ["Number", (borrower) => borrower.identifier ?? "–"],
  ["Signed", (borrower) => onDay(borrower.signed_at)],
  ["Status", (borrower) => badge(borrower.status)],
];

export async function borrowers({ refresh }) {
  const [page, account] = await Promise.all([get(`/view/borrowers?page_size=${shown.size}`), get("/account")]);
  return [
    heading("Borrowers"),
    h("p", {}, "The account's own company: ", h("a", { href: `#/borrowers/${account.borrower_id}` }, short(account.borrower_id))),
    table("Borrowers", columns, page.data, (borrower) => borrower.id, "No borrower yet. POST /borrowers makes one."),
    more(page, refresh),
  ];
}

const USE = [
  ["outstanding", "lent"],
  ["pending", "held for loans"],
  ["pending_validation", "held for requests"],
];

export async function borrower({ id, triggers, refresh }) {
  const seen = await get(`/view/borrowers/${id}`);
  const { borrower, credit_line: line } = seen;
  const query = new URLSearchParams({ borrower: borrower.identifier ?? "", page_size: shown.size });
  const loans = await get(`/view/loans?${query}`);
  return [
    h("p", { class: "crumb" }, h("a", { href: "#/borrowers" }, "Borrowers")),
    heading(`${nameOf(borrower)} `, badge(borrower.status)),
    line ? credit(line, seen.use) : card("Credit line", h("p", { class: "empty" }, "There is none before the borrower has signed.")),
    card("Loans", table("Loans", loanColumns, loans.data, (loan) => loan.id, "No loan yet."), more(loans, refresh)),
    levers("borrower", borrower.id, triggers),
    await deliveriesOf(borrower.id),
    card("Requests about it", requestTable(seen.requests)),
    card("As the API shows it", raw(borrower)),
  ];
}

function credit(line, use) {
  const cents = (amount) => money(amount, line.currency);
  return card(
    "Credit line",
    facts([
      ["Facility", cents(line.pool_amount)],
      ["Available", cents(line.balance_available)],
      ["Held for loans", cents(line.balance_pending)],
      ["Held for requests", cents(line.balance_pending_validation)],
      ["A day", line.fees_daily_rate && `${line.fees_daily_rate} %`],
      ["Distribution", line.distribution && words(line.distribution)],
    ]),
    h("h3", {}, "Use over time"),
    plot("Use of the credit line", use, USE, { steps: true }),
    legend(h, USE),
  );
}
