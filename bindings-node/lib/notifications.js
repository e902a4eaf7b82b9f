"use strict";

// What a web server hands to a tracker.

const { wellFormed } = require("./wire");

/** More than this the core refuses, so no more is read. */
const LARGEST = 1 << 20;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function webhookHandler(tracker) {
  return async (request, response) => {
    try {
      const status = request.method === "POST" ? await received(tracker, request) : 405;
      if (status === 405) response.setHeader("allow", "POST");
      response.statusCode = status;
      response.end();
    } catch {
      // The connection is gone, or answered already: nothing is left to say.
    }
  };
}

async function received(tracker, request) {
  let notification;
  try {
    notification = text(await body(request));
  } catch {
    return 400;
  }
  try {
    const at = request.url.indexOf("?");
    const query = at < 0 ? "" : request.url.slice(at + 1);
    return (await tracker.receive({ query, notification })).status;
  } catch {
    // Not stored, so it has to come again.
    return 503;
  }
}

/** The body, from the framework where that has read it. */
async function body(request) {
  const given = request.body;
  if (typeof given === "string" || ArrayBuffer.isView(given)) return given;
  // One that was parsed is written again. Some frameworks say {} before they look.
  if (!request.readableDidRead) return await read(request);
  if (given === undefined || given === null) throw new Error("the body was read, and is not there");
  return JSON.stringify(given);
}

/** What comes, but no more than shows that it is too large. */
function read(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    let size = 0;
    const over = () => {
      request.off("data", take);
      // What still comes is let go, so that the answer can be read.
      request.resume();
      resolve(Buffer.concat(parts));
    };
    const take = (part) => {
      parts.push(part);
      size += part.length;
      if (size > LARGEST) over();
    };
    request.on("data", take);
    request.once("end", over);
    request.once("error", reject);
    request.once("close", () => reject(new Error("the connection was closed")));
  });
}

function text(body) {
  if (typeof body === "string") return wellFormed(body, "notification");
  // It is only refused, and may have been cut in a character.
  if (body.length > LARGEST) return Buffer.from(body).toString("latin1");
  return UTF8.decode(body);
}

module.exports = { webhookHandler };
