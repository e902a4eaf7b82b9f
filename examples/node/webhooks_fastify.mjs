// Receives Defacto's notifications in a Fastify app, and prints each change of a loan.
//
//     DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_STORE=loans.db node webhooks_fastify.mjs

import { Client } from "defacto-sdk";
import fastify from "fastify";

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
const app = fastify();
// In a scope of its own, where nothing reads the body before the tracker does.
app.register(async (scope) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
  scope.post("/defacto", (request, reply) => {
    reply.hijack();
    return receive(request.raw, reply.raw);
  });
});
app.get("/loans/:id", async ({ params }) => {
  const { id, status, outstanding, allowedActions } = await tracker.loan(params.id);
  return { id, status, outstanding, allowedActions };
});

const address = await app.listen({ port: Number(process.env.PORT ?? 0), host: "127.0.0.1" });
const url = process.env.PUBLIC_URL ?? address;
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
await app.close();
await tracker.stop();
await running;
tracker.close();
