// A sandbox a file of tests, as its executable, and clients of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

import { Client } from "defacto-sdk";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), "debug", "defacto");

const child = spawn(binary, ["sandbox", "--seed", "7"], { stdio: ["ignore", "pipe", "inherit"] });
const lines = createInterface({ input: child.stdout });
const [ready] = await once(lines, "line");
const { base_url: baseUrl, control_url: controlUrl } = JSON.parse(ready);
after(async () => {
  child.kill();
  if (child.exitCode === null) await once(child, "exit");
  lines.close();
});

export { baseUrl };

/** A request to the control API. */
export async function control(request, body) {
  const [method, path] = request.split(" ");
  const response = await fetch(controlUrl + path, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${request} answers ${response.status}: ${await response.text()}`);
  const text = await response.text();
  return text === "" ? null : JSON.parse(text);
}

export function open(settings) {
  return new Client({ apiKey: "key-0123456789abcdef", baseUrl, backoffMs: 1, ...settings });
}

/** Makes the sandbox's next answer of an operation this one. */
export async function answer(operation, body, more) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  await control("POST /faults", { operation, status: 200, body: text, ...more });
}

/** Resolves when the sandbox has seen so many requests of an operation. */
export async function seen(operation, count) {
  for (;;) {
    const { requests } = await control(`GET /journal?operation=${operation}`);
    if (requests.length >= count) return requests;
    await new Promise((next) => setImmediate(next));
  }
}

/** What a loan is asked for with. */
export async function loanRequest(client) {
  const business = await client.testing.generateBusiness();
  await client.borrowers.create({ ...business.toObject(), signedAt: new Date() });
  const generated = await client.testing.generateInvoice({
    seller: { identifier: business.identifier, name: business.name },
  });
  const invoice = generated.invoiceCreationPayload;
  const day = 86_400_000;
  return {
    amount: 10_000,
    borrower: { identifier: business.identifier },
    invoices: [invoice],
    loanTo: invoice.toAccount,
    toPayAt: new Date(Date.now() + 2 * day),
    toRepayAt: new Date(Date.now() + 62 * day),
    waitForValidation: true,
  };
}
