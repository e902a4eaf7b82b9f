// A user's test under a strict compiler; it is run too.

import { Client } from "defacto-sdk";
import { Sandbox, type Received } from "defacto-sdk-sandbox";

const sandbox = await Sandbox.start({ program: process.argv[2] ?? "" });
try {
  const client = new Client(sandbox.credentials());
  const loan = await client.loans.create(await sandbox.loanRequest(client, { amount: 5_000, scenario: "SUCCESS" }));
  await sandbox.fault("loans.get", { status: 503, times: null });
  const now: Date = await sandbox.advance("P1D");
  const received: Received[] = await sandbox.received("loans.create");
  console.log(JSON.stringify({ amount: loan.amount, isLater: now > new Date(), count: received.length }));
  // @ts-expect-error a scenario of a loan is an object
  void (() => sandbox.loanRequest(client, "FAIL"));
  // @ts-expect-error a reset is before or after
  void (() => sandbox.fault("loans.get", { reset: "never" }));
} finally {
  await sandbox.close();
}
