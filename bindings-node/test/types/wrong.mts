// What a strict compiler must refuse: an expectation that is not met is an error.

import { Client, Tracker } from "defacto-sdk";
import type { CreateLoanParams } from "defacto-sdk";
import { authenticate, parse } from "defacto-sdk/webhook";

const client = new Client({ apiKey: "k", environment: "sandbox" });

// @ts-expect-error an environment is one of two words
new Client({ environment: "staging" });
// @ts-expect-error a setting that is not there
new Client({ api_key: "k" });
// @ts-expect-error a log is a function of a note
new Client({ log: (text: string) => text });
// @ts-expect-error a time has its unit in its name
client.loans.get("x", { timeout: 30 });
// @ts-expect-error an amount is no text
const amount: CreateLoanParams["amount"] = "100";
// @ts-expect-error a time is a Date or text
const time: CreateLoanParams["toPayAt"] = 17;
// @ts-expect-error what is required must be given
client.loans.create({ amount: 1 });
// @ts-expect-error a parameter that is not there
client.loans.list({ state: ["TO_REPAY"] });
// @ts-expect-error an identifier is text
client.loans.get(17);
// @ts-expect-error an identifier is needed
client.loans.get();
// @ts-expect-error an operation that is not there
client.loans.remove("x");
// @ts-expect-error a nested object that is not one
client.loans.list().toArray().then(([loan]) => loan?.borrower.name.length);
// @ts-expect-error a list is no promise
client.loans.list().then(() => undefined);
// @ts-expect-error a field that is not there
client.loans.get("x").then((loan) => loan.to_repay_at);
// @ts-expect-error what the server may leave out may be null
client.loans.get("x").then((loan) => loan.amount + 1);
// @ts-expect-error what was answered is not changed
client.loans.get("x").then((loan) => (loan.amount = 1));
// @ts-expect-error a wait says its time in milliseconds
client.loans.waitFor("x", ["CLOSED"], { deadline: 30 });
// @ts-expect-error a method that HTTP has and the API has not
client.raw("TRACE", "/loans");
// @ts-expect-error a file has a name
client.invoices.upload({}, { content: "a" });
// @ts-expect-error a tracker needs a store or settings
client.tracker();
// @ts-expect-error a setting of a tracker that is not there
client.tracker({ store: "memory", tokens: [] });
// @ts-expect-error a tracker is opened by a client
new Tracker({ store: "memory" });
// @ts-expect-error changes are for somebody
client.tracker("memory").changes();
// @ts-expect-error a change is acknowledged where it is told
client.tracker("memory").digest().then(([change]) => change?.ack());
// @ts-expect-error a client has no verbs of a tracker
client.sync();
// @ts-expect-error a token may be missing from the environment
authenticate("/hook", [process.env["TOKEN"]]);
// @ts-expect-error a notification has its words in camelCase
parse("{}").entity_type;
// @ts-expect-error how calls are made is no part of a client
client._face;
void [amount, time];
