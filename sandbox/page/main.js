// Which view is shown, and when it is drawn again.

import { choice } from "./accounts.js";
import { account, get, linked } from "./api.js";
import { borrower, borrowers } from "./borrowers.js";
import { clock } from "./clock.js";
import { h, show } from "./dom.js";
import { invoice, invoices } from "./invoices.js";
import { loan } from "./loan.js";
import { loans } from "./loans.js";
import { heading as titled } from "./parts.js";
import { requests } from "./requests.js";
import { webhooks } from "./webhooks.js";

const PAGES = [
  ["loans", "Loans", loans, loan],
  ["invoices", "Invoices", invoices, invoice],
  ["borrowers", "Borrowers", borrowers, borrower],
  ["webhooks", "Webhooks", webhooks],
  ["requests", "Requests", requests],
];

/** An id, as it may stand in a path. */
const PLAIN = /^[\w-]+$/;

const main = document.getElementById("main");
/** What does not change: the table of moves and the levers. */
let tables;
let drawn = null;
let told = "";
let isDrawing = false;
let isStale = false;

function place() {
  const [name, id] = location.hash.replace(/^#\/?/, "").split("/");
  const page = PAGES.find(([known, , , one]) => known === name && (!id || (one && PLAIN.test(id)))) ?? PAGES[0];
  return { page, id: id && page[0] === name && PLAIN.test(id) ? id : undefined };
}

/** Draws what the address says. While it draws, what changes is drawn next. */
async function refresh() {
  if (isDrawing) {
    isStale = true;
    return;
  }
  isDrawing = true;
  try {
    do {
      isStale = false;
      await draw();
    } while (isStale);
  } finally {
    isDrawing = false;
  }
}

async function draw() {
  const hash = location.hash;
  const whose = account();
  const { page, id } = place();
  const [name, title, list, one] = page;
  try {
    await choice(follow);
    tables ??= { machine: await get("/view/machine"), ...(await get("/trigger")) };
    const context = { id, refresh, ...tables, ...(await clock()) };
    const view = await (id ? one : list)(context);
    if (location.hash !== hash || account() !== whose) {
      isStale = true;
      return;
    }
    show(main, view);
  } catch (error) {
    show(main, titled(title), h("p", { role: "alert", class: "wrong" }, error.message));
  }
  show(
    document.getElementById("nav"),
    PAGES.map(([known, text]) => h("a", { href: `#/${known}`, "aria-current": known === name ? "page" : null }, text)),
  );
  const heading = main.querySelector("h1");
  document.title = `${heading.textContent} – Defacto sandbox`;
  if (drawn !== hash) {
    // Who cannot see that the page changed is taken to its heading.
    if (drawn !== null) {
      heading.focus();
      scrollTo(0, 0);
    }
    drawn = hash;
  } else if (id && told !== heading.textContent) {
    document.getElementById("news").textContent = heading.textContent;
  }
  told = heading.textContent;
  main.dataset.view = hash;
}

/** What changes in the account that is looked at, and which that is. */
let stream = null;
let heard = null;

function listen() {
  const live = document.getElementById("live");
  stream?.close();
  heard = account();
  stream = new EventSource(linked("/stream"));
  stream.addEventListener("change", () => {
    live.textContent = "live";
    refresh();
  });
  stream.onerror = () => {
    live.textContent = "not connected";
  };
}

/** The address was changed: to another view, or another account. */
function follow() {
  if (account() !== heard) listen();
  refresh();
}

document.getElementById("skip").onclick = (event) => {
  event.preventDefault();
  main.focus();
};
addEventListener("hashchange", follow);
addEventListener("popstate", follow);
refresh();
listen();
