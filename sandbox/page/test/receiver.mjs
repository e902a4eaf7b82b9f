// A receiver of webhooks, which answers with the status it is told.

import { once } from "node:events";
import { createServer } from "node:http";

export async function receiver() {
  const received = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      received.push(JSON.parse(body));
      response.statusCode = hook.status;
      response.end(hook.answer);
    });
  });
  const hook = { received, status: 200, answer: "", stop: () => server.close() };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  hook.url = `http://127.0.0.1:${server.address().port}/hook`;
  return hook;
}
