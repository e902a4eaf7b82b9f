// An Express service that pays an invoice early. One client serves all requests.
//
//     DEFACTO_BASE_URL=... DEFACTO_API_KEY=... node service.mjs

import { once } from "node:events";

import { Client, DefactoError, NotFoundError, OutcomeUnknownError } from "defacto-sdk";
import express from "express";

const client = new Client({
  baseUrl: process.env.DEFACTO_BASE_URL,
  apiKey: process.env.DEFACTO_API_KEY,
});
const app = express();
app.use(express.json());

const DAY = 24 * 60 * 60 * 1000;

/** Aborted when the caller hangs up: a read for nobody need not go on. */
function hangUp(response) {
  const stop = new AbortController();
  response.once("close", () => stop.abort());
  return stop.signal;
}

// Asks for a loan. The order's number is the key: sent again, it finds the same
// loan, so the caller may repeat what was lost. It goes on without its caller.
app.put("/orders/:order/loan", async (request, response) => {
  const { amount, borrower, loanTo, invoices } = request.body;
  const loan = await client.loans.create({
    amount,
    borrower,
    loanTo,
    invoices,
    toPayAt: new Date(Date.now() + 2 * DAY),
    toRepayAt: new Date(Date.now() + 62 * DAY),
    saltId: `order-${request.params.order}`,
  });
  response.json({ loan: loan.id, status: loan.status });
});

app.get("/loans/:id", async (request, response) => {
  const loan = await client.loans.get(request.params.id, { signal: hangUp(response) });
  response.json({ loan: loan.id, status: loan.status, amount: loan.amount });
});

// What the caller can do: correct it, repeat it, or look.
app.use((error, _request, response, next) => {
  if (!(error instanceof DefactoError) || response.destroyed) return next(error);
  const { message, recovery } = error;
  if (error instanceof OutcomeUnknownError) return response.status(202).json({ error: message, look: recovery });
  const status = error instanceof NotFoundError ? 404 : error.isRetryable ? 503 : 422;
  response.status(status).json({ error: message });
});

const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
await once(server, "listening");
console.log(`http://127.0.0.1:${server.address().port}`);
process.once("SIGTERM", () => server.close());
