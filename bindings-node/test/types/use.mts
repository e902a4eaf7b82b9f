// User code as a strict compiler must take it, in an ES module; it is run too.

import { createServer, type Server } from "node:http";

import { Client, DefactoError, NotFoundError, OutcomeUnknownError, StoreError, Tracker, money } from "defacto-sdk";
import type { CallOptions, CreateLoanParams, Loan, LoanStatus, LogNote, Response, ToldChange, TrackerSettings, WebhookHandler } from "defacto-sdk";
import { Loan as LoanClass, Model } from "defacto-sdk/models";
import { NoticeError, authenticate, parse, type Notice } from "defacto-sdk/webhook";

const log = ({ level, operation, message }: LogNote): void => console[level](operation?.length, message);
void ((settings: { apiKey: string }) => new Client({ ...settings, log }));
const client = new Client({ apiKey: "key-0123456789abcdef", baseUrl: process.argv[2] ?? "", timeoutMs: 30_000, log: null });

export async function notified(request: Request, tokens: readonly string[]): Promise<number> {
  if (!authenticate(request.url, tokens) && !authenticate(new URL(request.url), "a")) return 401;
  try {
    const notice: Notice = parse(await request.text());
    const { type, timestamp, status } = parse(new Uint8Array(await request.arrayBuffer()));
    const later: boolean = type === "Loan.TOMORROW" && timestamp < new Date() && status === null;
    return later || typeof notice.raw["more"] === "string" ? 202 : 200;
  } catch (error) {
    return error instanceof NoticeError && error.name === "NoticeError" ? 400 : 500;
  }
}

const greeting: string = await client.hello({ retries: 1 });
void greeting;

const business = await client.testing.generateBusiness({ country: "FRA" });
await client.borrowers.create({ ...business.toObject(), signedAt: new Date() });
const generated = await client.testing.generateInvoice({
  seller: { identifier: business.identifier ?? "", name: business.name ?? "" },
});
const invoice = generated.invoiceCreationPayload;
if (invoice === null || invoice.toAccount === null) throw new Error("no invoice");

const options: CallOptions = { signal: AbortSignal.timeout(60_000), retries: 3, headers: { "x-a": "b" } };
const request: CreateLoanParams = {
  amount: 10_000,
  borrower: { identifier: business.identifier ?? "" },
  invoices: [invoice],
  loanTo: invoice.toAccount,
  toPayAt: new Date(Date.now() + 2 * 86_400_000),
  toRepayAt: new Date(Date.now() + 62 * 86_400_000).toISOString(),
};
const made: Response<Loan> = await client.loans.create(request, options).withResponse();
const creation: "New" | "Existing" | "Unstated" | null = made.creation;
const loan: Loan = made.value;
const header: string | undefined = made.headers["date"];
const paid: Loan = await client.loans.waitFor(loan.id, [loan.status, "TO_VALIDATE"], { deadlineMs: 60_000 }, options);
const anything: unknown = await client.raw("GET", "/loans", { query: { page_size: 3 } });
const id: string = loan.id;
const amount: number | null = loan.amount;
const due: Date | null = loan.toRepayAt;
const status: LoanStatus = loan.status;
const later: LoanStatus = "A_STATUS_OF_TOMORROW";
const tomorrow: unknown = loan.extra["tomorrow"];
const isModel: boolean = loan instanceof LoanClass && loan instanceof Model;

for await (const each of client.loans.list({ status: ["TO_REPAY", status] })) {
  const event: string = each.id;
  void event;
}
for await (const page of client.loans.list().pages()) {
  const count: number = page.data.length + page.length;
  void count;
}

let wasFound = true;
try {
  await client.loans.get("nothing");
} catch (error) {
  if (!(error instanceof DefactoError)) throw error;
  if (error instanceof OutcomeUnknownError) throw new Error(error.saltId ?? "");
  wasFound = !(error instanceof NotFoundError);
  const reasons: (string | null)[] = error.invalidParams.map((param) => param.reason);
  void [error.code, error.kind, error.cause, error.problem?.title, reasons];
}
const cents: number = money.interest({ outstanding: 10_000n, days: 60, dailyRate: "0.06" });

const settings: TrackerSettings = { store: "memory", webhookTokens: ["a-long-secret"], dueSoonDays: 3 };
const tracker: Tracker = client.tracker(settings);
const same: Client = tracker.withOptions({ retries: 1 });
const handler: WebhookHandler = tracker.webhookHandler();
const server: Server = createServer(tracker.webhookHandler());
const synced: number | null = (await tracker.sync()).requests;
await tracker.loans.get(loan.id);
let told = 0;
for await (const change of tracker.changes("mailer", { follow: false, signal: AbortSignal.timeout(60_000) })) {
  const each: ToldChange = change;
  const at: Date | null = change.latest;
  void at;
  await each.ack();
  told += 1;
}
const view = await tracker.loan(loan.id);
const actions: string[] = view.allowedActions;
const stored: { status: number | null } = await tracker.receive({ query: "token=a-long-secret", notification: "{}" });
try {
  client.tracker("/nowhere/loans.db");
} catch (error) {
  if (!(error instanceof StoreError)) throw error;
}
tracker.close();
void [due, later, tomorrow, header, paid, anything, same, handler, server, synced, actions];
console.log(JSON.stringify({ id: id.length, amount, creation, isModel, wasFound, cents, isTold: told > 0, stored: stored.status }));
