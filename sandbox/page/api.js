// The control API, and how its values are written for people.

const BASE = "/_sandbox";

/** The account that is looked at; the first when the address names none. */
export const account = () => new URLSearchParams(location.search).get("account") ?? "";

/** A path of the control API for a link: for the account that is looked at. */
export function linked(path) {
  return account() ? `${BASE}${path}?account=${encodeURIComponent(account())}` : BASE + path;
}

async function call(method, path, body, whose = account()) {
  const options = { method, headers: {}, cache: "no-store" };
  if (whose) options.headers["x-sandbox-account"] = whose;
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(BASE + path, options);
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    throw new Error(`the sandbox answered ${response.status} without JSON`);
  }
  if (!response.ok) {
    const wrong = (answer?.invalid_params ?? []).map((param) => `${param.name} ${param.reason}`);
    throw new Error(wrong.join("; ") || answer?.detail || `the sandbox answered ${response.status}`);
  }
  return answer;
}

export const get = (path) => call("GET", path);
/** The names of all accounts, whichever is looked at. */
export const accounts = async () => (await call("GET", "/accounts", undefined, "")).accounts.map(({ name }) => name);
export const post = (path, body = {}) => call("POST", path, body);
export const put = (path, body) => call("PUT", path, body);
export const remove = (path) => call("DELETE", path);

/** Cents as money. The currency may be anything a client wrote. */
export function money(cents, currency = "EUR") {
  if (cents === null || cents === undefined) return "–";
  try {
    return new Intl.NumberFormat("en-IE", { style: "currency", currency }).format(cents / 100);
  } catch {
    return `${(cents / 100).toFixed(2)} ${currency}`;
  }
}

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "UTC" });

/** A day in UTC. */
export function day(text) {
  const at = text ? new Date(text) : null;
  return at && !Number.isNaN(at.getTime()) ? DAY.format(at) : "–";
}

/** A day and a time in UTC. */
export function moment(text) {
  const at = text ? new Date(text) : null;
  return at && !Number.isNaN(at.getTime()) ? `${DAY.format(at)}, ${CLOCK.format(at)}` : "–";
}

/** TO_REPAY_FEES as "to repay fees". */
export const words = (status) => String(status ?? "–").toLowerCase().replaceAll("_", " ");

/** The start of an id, enough to tell it from others. */
export const short = (id) => String(id ?? "–").slice(0, 8);
