// The whole first loan in Node, on a sandbox that it starts itself: a borrower,
// an invoice, the request, the consent, and then reading the loan until it is
// closed.
//
//     npm install defacto-sdk defacto-sdk-sandbox
//     node first_loan.mjs

import { Client, OutcomeUnknownError } from "defacto-sdk";
import { Sandbox } from "defacto-sdk-sandbox";

const DAY = 24 * 60 * 60 * 1000;
const inDays = (days) => new Date(Date.now() + days * DAY);

/** A company made up by the sandbox becomes a borrower. */
async function makeBorrower(client) {
  const business = await client.testing.generateBusiness();
  const borrower = await client.borrowers.create({ ...business.toObject(), signedAt: new Date() });
  console.log(`borrower  ${borrower.id} (${business.name})`);
  return business;
}

/** Asks for 100.00 EUR on an invoice to the company's own customer. */
async function requestLoan(client, business) {
  const seller = { identifier: business.identifier, name: business.name };
  const { invoiceCreationPayload: invoice } = await client.testing.generateInvoice({ seller });
  console.log(`invoice   ${invoice.invoiceNumber}`);
  const { value: loan, creation } = await client.loans
    .create({
      amount: 10_000,
      borrower: { identifier: business.identifier },
      loanTo: invoice.toAccount,
      invoices: [invoice],
      toPayAt: inDays(2),
      toRepayAt: inDays(62),
      waitForValidation: true,
    })
    .withResponse();
  console.log(`loan      ${loan.id}, ${creation}`);
  return loan;
}

/** Reads the loan until it has this status, at most so many times. */
async function follow(client, { id }, wanted) {
  let last;
  for (let reads = 0; reads < 100 && last !== wanted; reads++) {
    const { status } = await client.loans.get(id);
    if (status !== last) console.log(`          ${status}`);
    last = status;
  }
  return last === wanted;
}

const sandbox = await Sandbox.start();
try {
  const client = new Client(sandbox.credentials());
  const loan = await requestLoan(client, await makeBorrower(client));
  let isClosed = await follow(client, loan, "TO_VALIDATE");
  if (isClosed) {
    const { status } = await client.loans.validate(loan.id);
    console.log(`consent   ${status}`);
    isClosed = await follow(client, loan, "CLOSED");
  }
  for await (const { amount, status } of client.payments.list({ loanId: [loan.id] })) {
    console.log(`payment   ${(amount / 100).toFixed(2)} EUR ${status}`);
  }
  console.log(isClosed ? "closed" : "not closed");
  process.exitCode = isClosed ? 0 : 1;
} catch (error) {
  if (!(error instanceof OutcomeUnknownError)) throw error;
  console.error(`it may have been made: ${error.recovery}`);
  process.exitCode = 1;
} finally {
  await sandbox.close();
}
