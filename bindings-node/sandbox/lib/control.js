"use strict";

// Requests to a sandbox's control API, by the host's own HTTP: docs/sandbox.md.

const http = require("node:http");

const { SandboxError } = require("./program");

/** Sends one request; what is refused is an error that says why. */
function send(url, method, path, body) {
  return new Promise((resolve, reject) => {
    const failed = (cause) => reject(new SandboxError(`the sandbox does not answer: ${cause.message}`, { cause }));
    const options = { method, agent: false, headers: { "content-type": "application/json" } };
    const request = http.request(url + path, options, async (answer) => {
      try {
        let text = "";
        for await (const part of answer.setEncoding("utf8")) text += part;
        if (answer.statusCode < 300) resolve(text === "" ? null : JSON.parse(text));
        else reject(new SandboxError(`${method} ${path}: ${problem(text)}`));
      } catch (cause) {
        failed(cause);
      }
    });
    request.on("error", failed);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function problem(text) {
  try {
    const { title = "refused", invalid_params: params = [] } = JSON.parse(text);
    return [title, ...params.map(({ name, reason }) => `${name}: ${reason}`)].join("; ");
  } catch {
    return text.slice(0, 300);
  }
}

module.exports = { send };
