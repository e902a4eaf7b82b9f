"use strict";

// The `defacto` program: where it is, how it is started and ended.

const { spawn } = require("node:child_process");
const { accessSync, constants } = require("node:fs");
const { delimiter, dirname, join } = require("node:path");
const { createInterface } = require("node:readline");

const PROGRAM = process.platform === "win32" ? "defacto.exe" : "defacto";

class SandboxError extends Error {}
Object.defineProperty(SandboxError.prototype, "name", { value: "SandboxError" });

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder of the package that has this platform's program, where it is installed. */
function platformFolders() {
  const { platform, arch } = process;
  const kinds = { linux: ["-gnu", "-musl"], win32: ["-msvc"] };
  const folders = [];
  for (const kind of kinds[platform] ?? [""]) {
    try {
      const name = `defacto-sdk-sandbox-${platform}-${arch}${kind}`;
      folders.push(join(dirname(require.resolve(`${name}/package.json`)), "bin"));
    } catch {
      // Not installed.
    }
  }
  // Node takes long to say which C library there is, and is asked only where it matters.
  if (folders.length < 2) return folders;
  const isGlibc = process.report?.getReport().header?.glibcVersionRuntime !== undefined;
  return [folders[isGlibc ? 0 : 1]];
}

/** `DEFACTO_BIN`, else the one in the platform's package, else the first in `PATH`. */
function findProgram(environment = process.env) {
  const named = environment.DEFACTO_BIN;
  if (named) {
    if (isProgram(named)) return named;
    throw new SandboxError(`DEFACTO_BIN names ${JSON.stringify(named)}, which is no program: correct it`);
  }
  const folders = [...platformFolders(), ...(environment.PATH ?? "").split(delimiter).filter(Boolean)];
  const found = folders.map((folder) => join(folder, PROGRAM)).find(isProgram);
  if (found) return found;
  throw new SandboxError(
    "the program `defacto` is not there: install it, or name it in the environment variable DEFACTO_BIN",
  );
}

/**
 * A running `defacto sandbox`. It ends with this process, however this process
 * ends: its stdin is a pipe that nobody else holds.
 */
class Server {
  #child;
  #ended;

  static async start(program, options, patienceMs) {
    const server = new Server();
    const child = spawn(program, ["sandbox", "--until-stdin-ends", ...options], { stdio: ["pipe", "pipe", "inherit"] });
    server.#child = child;
    server.#ended = new Promise((resolve) => child.once("close", resolve));
    child.stdin.on("error", () => {});
    try {
      Object.assign(server, await ready(child, program, patienceMs));
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
    // Neither the program nor its pipes keep ours alive.
    for (const each of [child, child.stdin, child.stdout]) each.unref();
    return server;
  }

  /** Ends the program and waits for that; again it does nothing. */
  async stop() {
    const child = this.#child;
    child.ref();
    child.stdin.end();
    const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await this.#ended;
    clearTimeout(late);
  }
}

function ready(child, program, patienceMs) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => end(new SandboxError(`the sandbox was not ready after ${patienceMs} ms`)), patienceMs);
    const lines = createInterface({ input: child.stdout });
    const end = (error, where) => {
      clearTimeout(late);
      lines.close();
      if (error) reject(error);
      else resolve(where);
    };
    child.once("error", (cause) => end(new SandboxError(`${program} cannot be started: ${cause.message}`, { cause })));
    child.once("close", () => end(new SandboxError("the sandbox did not start: see what it wrote to stderr")));
    lines.once("line", (line) => {
      try {
        const { base_url: baseUrl, control_url: controlUrl } = JSON.parse(line);
        end(undefined, { baseUrl, controlUrl });
      } catch {
        end(new SandboxError(`${program} is not the defacto program of this version: it wrote ${line.slice(0, 200)}`));
      }
    });
  });
}

module.exports = { SandboxError, Server, findProgram };
