// One loan.

import { get, linked, moment, money, post, short, words } from "./api.js";
import { h } from "./dom.js";
import { drawing } from "./machine.js";
import { badge, button, card, facts, heading, onDay, raw, table, when } from "./parts.js";
import { plot } from "./plot.js";
import { requestTable } from "./requests.js";
import { levers, pull } from "./levers.js";
import { deliveriesOf } from "./webhooks.js";

export async function loan({ id, machine, settings, triggers }) {
  const seen = await get(`/view/loans/${id}`);
  const { loan } = seen;
  const currency = loan.currency;
  const cents = (amount) => money(amount, currency);
  return [
    h("p", { class: "crumb" }, h("a", { href: "#/loans" }, "Loans")),
    heading(`Loan ${short(loan.id)} `, badge(loan.status), seen.late && badge("LATE")),
    h(
      "div",
      { class: "columns" },
      h("div", {}, actions(seen, settings), card("State machine", drawing(machine, seen.history, loan.status)), levers("loan", loan.id, triggers)),
      h(
        "div",
        {},
        summary(seen, cents),
        fees(seen),
        timeline(seen),
        card(
          "Payments",
          table(
            "Payments",
            [
              ["For", (payment) => words(payment.payment_type)],
              ["Amount", (payment) => money(payment.amount, payment.currency), "number"],
              ["On", (payment) => onDay(payment.paid_at ?? payment.scheduled_at)],
              ["By", (payment) => words(payment.payment_method)],
              ["Status", (payment) => badge(payment.status)],
              ["Levers", (payment) => leversOf(payment)],
            ],
            seen.payments,
            (payment) => payment.id,
          ),
        ),
        seen.installments.length > 0 && installments(seen.installments, cents),
        ledger(seen.ledger, cents),
        documents(seen),
        await deliveriesOf(loan.id),
        card("Requests about it", requestTable(seen.requests)),
        card("As the API shows it", raw(loan)),
      ),
    ),
  ];
}

/** What can go wrong with a payment, as far as it is not over or undone. */
function leversOf(payment) {
  const name = `${words(payment.payment_type)} of ${money(payment.amount, payment.currency)}`;
  const lever = (event, title) =>
    button(title, () => pull(event, payment.id).then(() => `${title}: ${name}.`), { class: "small", "data-event": event, "aria-label": `${title}: ${name}` });
  if (payment.status === "PAID") return payment.payment_type.startsWith("REPAYMENT") ? lever("payment.charged_back", "Charge back") : "–";
  return ["FAILED", "CANCELED"].includes(payment.status) ? "–" : lever("payment.failed", "Make it fail");
}

function actions({ loan, moves, next_at }, settings) {
  const move = (to) => async () => {
    const moved = await post(`/loans/${loan.id}/moves`, { to });
    return `The loan is ${words(moved.status)}.`;
  };
  const next = async () => {
    const moved = await post(`/loans/${loan.id}/moves`, { next: true });
    return `The loan is ${words(moved.status)}.`;
  };
  const jump = async () => {
    await post("/clock", { next_event_of: loan.id });
    return `It is ${moment(next_at)}.`;
  };
  const possible = moves.filter((one) => one.known);
  const unknown = moves.filter((one) => !one.known);
  const byClock = settings.timing === "calendar";
  return card(
    "What can happen",
    h(
      "div",
      { class: "buttons" },
      next_at && byClock ? button(`Jump to ${moment(next_at)}`, jump, { class: "main", id: "next" }) : null,
      next_at && !byClock ? button("Next step", next, { class: "main", id: "next" }) : null,
      possible.map(({ to, row }) =>
        button(`Make it ${words(to)}`, move(to), { "data-key": `${row} ${to}`, "data-move": to, title: `Row ${row} of the table of moves` }),
      ),
    ),
    moves.length === 0 ? h("p", { class: "empty" }, "Nothing any more.") : null,
    unknown.length > 0 ? h("p", { class: "note" }, `In the table, but nothing known leads there: ${unknown.map(({ to, row }) => `${words(to)} (${row})`).join(", ")}.`) : null,
    repayment(loan),
    h("p", { class: "note" }, byClock ? "Steps come at their time by the clock." : "Steps come when the API is read again; this page is no reader."),
  );
}

function repayment(loan) {
  if (loan.status !== "TO_REPAY") return null;
  const rest = loan.amount - loan.repaid_nominal_amount;
  const repay = async () => {
    const typed = document.getElementById("part").value.trim();
    const amount = Math.round(Number(typed.replace(",", ".")) * 100);
    if (!Number.isFinite(amount) || amount <= 0) throw new Error("the amount must be more than nothing");
    await pull("loan.repaid", loan.id, { amount });
    return `${money(amount, loan.currency)} repaid.`;
  };
  return h(
    "form",
    { class: "buttons", "data-key": "repay", onsubmit: (event) => event.preventDefault() },
    h("label", {}, "Repay ", h("input", { id: "part", inputmode: "decimal", value: (rest / 100).toFixed(2), size: "10" })),
    button("Repay", repay, { id: "repay", type: "submit" }),
  );
}

function summary({ loan, scenario, invoice, borrower_id, next_at }, cents) {
  return card(
    "Loan",
    facts([
      ["Amount", cents(loan.amount)],
      ["Repaid", cents(loan.repaid_amount)],
      ["Fees so far", cents(loan.fees_ongoing)],
      ["Fees as planned", cents(loan.fees_estimated)],
      ["Denied because", loan.denial_reason && words(loan.denial_reason)],
      ["Borrower", h("a", { href: `#/borrowers/${borrower_id}` }, loan.borrower?.name ?? loan.borrower?.identifier ?? "?")],
      ["Paid to", loan.beneficiary?.name],
      ["Invoice", invoice && h("a", { href: `#/invoices/${invoice.id}` }, invoice.invoice_number ?? short(invoice.id))],
      ["Payout", onDay(loan.paid_at ?? loan.to_pay_at)],
      ["Repayment", onDay(loan.to_repay_at)],
      ["By contract", loan.contractual_repayment_date && onDay(loan.contractual_repayment_date)],
      ["Next step", next_at && when(next_at)],
      ["Scenario", words(scenario)],
      ["Id", h("code", {}, loan.id)],
    ]),
  );
}

function fees({ fees, loan, now }) {
  if (fees.length === 0) {
    return card("Fees over time", h("p", { class: "empty" }, "Fees begin with the payout."));
  }
  const marks = [
    ["due", loan.contractual_repayment_date],
    ["now", loan.closed_at ? null : now],
    ["principal repaid", loan.repaid_nominal_at],
  ];
  return card("Fees over time", plot("Fees over time", fees, [["cents", "fees"]], { marks }));
}

function timeline({ history }) {
  return card(
    "Timeline",
    h(
      "ol",
      { class: "timeline", reversed: true },
      history.map((entry) => h("li", {}, badge(entry.status), " ", when(entry.at))).reverse(),
    ),
  );
}

function ledger(entries, cents) {
  return card(
    "Ledger",
    table(
      "Ledger entries",
      [
        ["When", (entry) => when(entry.at)],
        ["From", (entry) => entry.from],
        ["To", (entry) => entry.to],
        ["Amount", (entry) => cents(entry.amount), "number"],
      ],
      entries,
      null,
      "No money has moved.",
    ),
  );
}

function installments(planned, cents) {
  return card(
    "Installments",
    table(
      "Installments",
      [
        ["On", (one) => onDay(one.scheduled_at)],
        ["Due", (one) => cents(one.due_amount), "number"],
        ["Paid", (one) => cents(one.paid_amount), "number"],
        ["Reference", (one) => one.reference],
      ],
      planned,
      (one) => one.id,
    ),
  );
}

function documents({ loan, documents, attached, bill }) {
  const file = (kind, title) =>
    h("a", { href: linked(`/view/loans/${loan.id}/documents/${encodeURIComponent(kind)}`), download: `${short(loan.id)}-${kind}.pdf` }, title);
  const link = (kind) => h("li", {}, file(kind, words(kind)));
  return card(
    "Documents",
    attached.length > 0 ? h("p", {}, "Attached: ", attached.map(({ name, kind }) => [file(kind, name ?? words(kind)), " "])) : null,
    h("ul", { class: "documents" }, documents.map(link)),
    bill ? h("p", {}, `Bill ${bill.invoice_number}: ${money(bill.to_pay_amount)} `, badge(bill.status)) : null,
  );
}
