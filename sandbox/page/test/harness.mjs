// A sandbox of its own and a browser for a test, and what a client would do.

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PROGRAM = path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, "target"), "debug", "defacto");

export class Sandbox {
  /** @returns a sandbox that stops with the process, however that ends. */
  static async start() {
    const child = spawn(PROGRAM, ["sandbox", "--until-stdin-ends"], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([
      once(lines, "line"),
      once(child, "exit").then(() => {
        throw new Error(`${PROGRAM} did not start: build it with cargo build --package defacto-cli`);
      }),
    ]);
    const sandbox = new Sandbox();
    sandbox.child = child;
    sandbox.url = JSON.parse(line).base_url;
    return sandbox;
  }

  async stop() {
    const ended = once(this.child, "exit");
    this.child.stdin.end();
    await ended;
  }

  /** A request of a client, with a key; the answer must be a success. */
  async api(method, path, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: "Bearer test", "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
  }

  control(method, path, body) {
    return this.api(method, `/_sandbox${path}`, body);
  }

  /** A borrower that may borrow. */
  async borrower(name = "Boulangerie Martin") {
    const business = await this.api("GET", "/sandbox/business-generator");
    const { now } = await this.control("GET", "/clock");
    const made = { ...business, name, signed_at: now };
    return { ...(await this.api("POST", "/borrowers", made)), number: business.identifier };
  }

  /** A loan of 100.00 EUR for this borrower, or a new one. */
  async loan({ borrower, amount = 10_000, scenario = "SUCCESS", name, ...more } = {}) {
    borrower ??= await this.borrower(name);
    const { now } = await this.control("GET", "/clock");
    const after = (days) => new Date(Date.parse(now) + days * 86_400_000).toISOString();
    const seller = { identifier: borrower.number, identifier_type: borrower.identifier_type, name: name ?? borrower.name };
    const made = await this.api("POST", "/sandbox/invoice-generator", { scenario, seller });
    const invoice = made.invoice_creation_payload;
    const wanted = Math.max(amount, invoice.total_amount);
    return this.api("POST", "/loans", {
      amount,
      borrower: { identifier: borrower.number },
      loan_to: invoice.to_account,
      to_pay_at: after(2),
      to_repay_at: after(62),
      invoices: [{ ...invoice, total_amount: wanted, to_pay_amount: wanted }],
      ...more,
    });
  }
}

/** Goes to a view and waits until it is drawn. */
export async function go(page, hash) {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.waitForFunction((hash) => document.getElementById("main").dataset.view === hash, hash);
}

/** The system's Chromium. As root it has no sandbox of its own. */
export function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

/** A page on which anything that goes wrong fails the test. */
export async function open(chromium, sandbox, hash = "", options = {}) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.wrong = [];
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.wrong.push(message.text()));
  page.on("dialog", (dialog) => page.wrong.push(`a dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => {
    if (!request.url().startsWith(sandbox.url)) page.wrong.push(`asked elsewhere: ${request.url()}`);
  });
  await page.goto(`${sandbox.url}/${hash}`);
  await page.waitForSelector("main[data-view] h1");
  return page;
}
