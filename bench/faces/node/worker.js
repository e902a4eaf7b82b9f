// One side of a benchmark: reads how many calls to make, says what they cost.
//     node worker.js SIDE JOB URL LOAN BODY

import { createInterface } from "node:readline";

import { SIDES } from "./sides.js";

const [side, job, url, loanId, body] = process.argv.slice(2);
const it = await SIDES[side](url);
const FLIGHT = 64;

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
function ourWay(value) {
  if (Array.isArray(value)) return value.map(ourWay);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), ourWay(inner)]));
}
let request = JSON.parse(body);
if (side === "defacto") {
  // The package makes an idempotency key for each loan; the others send one they have.
  delete request.salt_id;
  request = ourWay(request);
}

/** What a program looks at that follows its loans. */
function three(loans) {
  let found = 0;
  for (const loan of loans) if (loan.id && loan.status && loan.amount) found += 1;
  return found;
}

async function every() {
  const { fields } = await import("./models.js");
  const names = fields(side === "defacto");
  const touch = (value, kind) => {
    let found = 0;
    for (const [name, inner] of names[kind]) {
      const read = value[name];
      if (read !== null && read !== undefined) found += inner ? touch(read, inner) : 1;
    }
    return found;
  };
  return (loans) => {
    let found = 0;
    for (const loan of loans) if (touch(loan, "loan") > 30) found += 1;
    return found;
  };
}

async function work() {
  if (job.startsWith("page")) {
    const look = job === "page-every" ? await every() : three;
    return async (calls) => {
      for (let call = 0; call < calls; call += 1) {
        if (look(await it.page()) !== 100) throw new Error("not the page");
      }
    };
  }
  const check = (loan) => {
    if (loan.status !== "TO_REPAY") throw new Error("not the loan");
  };
  if (job === "get") {
    return async (calls) => {
      for (let call = 0; call < calls; call += 1) check(await it.get(loanId));
    };
  }
  const one = async (calls) => {
    for (let call = 0; call < calls; call += 1) check(await it.create(request));
  };
  return (calls) => Promise.all(Array.from({ length: FLIGHT }, () => one(calls / FLIGHT)));
}

const run = await work();
for await (const line of createInterface({ input: process.stdin })) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await run(Number(line));
  const used = process.cpuUsage(cpu);
  const wall = (performance.now() - start) / 1e3;
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(`${(used.user + used.system) / 1e6} ${wall} ${peak}`);
}
process.exit(0);
