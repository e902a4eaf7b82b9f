// Receives Defacto's notifications with node:http alone, and prints each change of a loan.
//
//     DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_STORE=loans.db node webhooks_http.mjs

import { once } from "node:events";
import { createServer } from "node:http";

import { Client } from "defacto-sdk";

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

const receive = tracker.webhookHandler();
const server = createServer((request, response) => {
  if (request.url.split("?")[0] === "/defacto") return receive(request, response);
  response.writeHead(404).end();
});
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
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
