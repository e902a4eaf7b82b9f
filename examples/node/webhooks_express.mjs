// Receives Defacto's notifications in an Express app, and prints each change of a loan.
//
//     DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_STORE=loans.db node webhooks_express.mjs

import { once } from "node:events";

import { Client } from "defacto-sdk";
import express from "express";

// In the query of the address to notify. Choose one that nobody guesses, and keep it.
const token = process.env.DEFACTO_WEBHOOK_TOKEN ?? crypto.randomUUID();
const client = new Client({
  baseUrl: process.env.DEFACTO_BASE_URL,
  apiKey: process.env.DEFACTO_API_KEY,
});
const tracker = client.tracker({
  store: process.env.DEFACTO_STORE ?? "memory",
  webhookTokens: [token],
});

const app = express();
// Before what reads bodies, so that it is stored as it came.
app.all("/defacto", tracker.webhookHandler());
app.use(express.json());
app.get("/loans/:id", async (request, response) => {
  const { id, status, outstanding, allowedActions } = await tracker.loan(request.params.id);
  response.json({ id, status, outstanding, allowedActions });
});

const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
await once(server, "listening");
const url = process.env.PUBLIC_URL ?? `http://127.0.0.1:${server.address().port}`;
await tracker.ensureWebhook({ name: "loans", toUrl: `${url}/defacto?token=${token}` });
console.log(url);

// Ctrl-C, or the end of a container.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());

// Reads what was stored, and whatever no notification told of.
const running = tracker.run();
for await (const change of tracker.changes("printer", { follow: true, signal: stop.signal })) {
  const status = change.kind === "moved" ? change.to : change.status;
  if (change.entity === "loan" && status !== null) console.log(`${change.id} ${status} (${change.source})`);
  await change.ack();
}
server.close();
await tracker.stop();
await running;
tracker.close();
