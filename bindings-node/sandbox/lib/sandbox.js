"use strict";

const { send } = require("./control");
const { SandboxError, Server, findProgram } = require("./program");

const DAY = 86_400_000;

function happened({ now, events, deliveries: { delivered, failed, pending } }) {
  return { now: new Date(now), events, delivered, failed, pending };
}

class Sandbox {
  #server;

  constructor(server) {
    this.#server = server;
  }

  static async start({ seed = 0, listen = "127.0.0.1:0", program, patienceMs = 30_000, policy = {}, accounts = {}, demo = false } = {}) {
    const options = ["--seed", String(seed), "--listen", listen];
    for (const [name, value] of Object.entries(policy)) options.push("--policy", `${name}=${value}`);
    for (const [name, key] of Object.entries(accounts)) options.push("--account", `${name}=${key}`);
    if (demo) options.push("--seed-data", "demo");
    return new Sandbox(await Server.start(program ?? findProgram(), options, patienceMs));
  }

  get baseUrl() {
    return this.#server.baseUrl;
  }
  get controlUrl() {
    return this.#server.controlUrl;
  }

  credentials() {
    return { apiKey: "sandbox-0123456789", baseUrl: this.baseUrl };
  }

  async close() {
    await this.#server.stop();
  }

  #send(method, path, body) {
    return send(this.controlUrl, method, path, body);
  }

  async reset() {
    await this.#send("POST", "/reset");
  }

  // The clock.

  async now() {
    return new Date((await this.#send("GET", "/clock")).now);
  }
  async advance(by) {
    const body = typeof by === "string" ? { advance: by } : { advance_seconds: Math.round(by / 1000) };
    return new Date((await this.#send("POST", "/clock", body)).now);
  }
  async freeze(at) {
    const freeze = at instanceof Date ? at.toISOString() : (at ?? true);
    return new Date((await this.#send("POST", "/clock", { freeze })).now);
  }
  async unfreeze() {
    await this.#send("POST", "/clock", { freeze: false });
  }

  async advanceTo(at) {
    return happened(await this.#send("POST", "/clock", { to: at instanceof Date ? at.toISOString() : at }));
  }
  async advanceToNextEvent(loanId) {
    const body = loanId === undefined ? { next_event: true } : { next_event_of: loanId };
    return happened(await this.#send("POST", "/clock", body));
  }
  async trigger(event, id, { amount } = {}) {
    return happened(await this.#send("POST", "/trigger", { event, id, amount }));
  }

  // Deliveries of webhooks.

  async deliveries({ webhookId, eventType, entityId, ...rest } = {}) {
    const names = { webhook_id: webhookId, event_type: eventType, entity_id: entityId, ...rest };
    const given = Object.entries(names).filter(([, value]) => value !== undefined);
    return (await this.#send("GET", `/webhooks/deliveries?${new URLSearchParams(given)}`)).deliveries;
  }
  async redeliver(id) {
    return await this.#send("POST", `/webhooks/deliveries/${id}/redeliver`);
  }
  async setDeliveryLevers(levers, { timeoutMs } = {}) {
    await this.#send("PUT", "/webhooks/levers", { levers, timeout_ms: timeoutMs });
  }

  // What goes wrong, and what arrived.

  async fault(operation, { delayMs, contentType, closeIdle, slow, clockSkewMs, body, ...rest } = {}) {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const names = { delay_ms: delayMs, content_type: contentType, close_idle: closeIdle, body: text };
    if (slow !== undefined) names.slow = { bytes: slow.bytes, pause_ms: slow.pauseMs };
    if (clockSkewMs !== undefined) names.clock_skew_seconds = Math.round(clockSkewMs / 1000);
    await this.#send("POST", "/faults", { operation: operation ?? null, ...rest, ...names });
  }
  async clearFaults() {
    await this.#send("DELETE", "/faults");
  }
  async received(operation) {
    const query = operation === undefined ? "" : `?operation=${encodeURIComponent(operation)}`;
    return (await this.#send("GET", `/journal${query}`)).requests;
  }
  async count(operation, { acted } = {}) {
    const received = await this.received(operation);
    return received.filter((request) => acted === undefined || request.acted === acted).length;
  }

  // States to come back to.

  async snapshot(name) {
    await this.#send("POST", "/snapshots", { name });
  }
  async restore(name) {
    await this.#send("POST", `/snapshots/${encodeURIComponent(name)}/restore`);
  }

  async configure({ saltReplay, ...policies }) {
    await this.#send("PUT", "/settings", { salt_replay: saltReplay, ...policies });
  }

  // Scenarios.

  async loanRequest(client, { amount = 10_000, scenario = "SUCCESS", payInMs = 2 * DAY, repayInMs = 62 * DAY } = {}) {
    const now = await this.now();
    const business = await client.testing.generateBusiness();
    await client.borrowers.create({ ...business.toObject(), signedAt: now });
    const seller = { identifier: business.identifier, name: business.name };
    const generated = await client.testing.generateInvoice({ scenario, seller });
    const invoice = generated.invoiceCreationPayload;
    if (invoice === null) throw new SandboxError("the sandbox made no invoice: is it of this version?");
    // As much as the loan at least: no more than an invoice is financed.
    const { totalAmount, toPayAmount } = invoice;
    const wanted = { totalAmount: Math.max(amount, totalAmount), toPayAmount: Math.max(amount, toPayAmount) };
    return {
      amount,
      borrower: { identifier: business.identifier },
      loanTo: invoice.toObject().toAccount,
      toPayAt: new Date(now.getTime() + payInMs),
      toRepayAt: new Date(now.getTime() + repayInMs),
      invoices: [{ ...invoice.toObject(), ...wanted }],
    };
  }
}

// `await using`; Node 20 has the symbol since 20.5.
if (Symbol.asyncDispose) {
  Object.defineProperty(Sandbox.prototype, Symbol.asyncDispose, { value: Sandbox.prototype.close });
}

module.exports = { Sandbox };
