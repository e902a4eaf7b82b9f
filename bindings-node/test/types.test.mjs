// The package as npm would pack it, seen by compilers and by a program.

import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";

import { ADDON, folder, hasAddon, install, installAddon, newProject, run, tool } from "./project.mjs";
import { baseUrl, binary } from "./support.mjs";

const project = newProject();
const sdk = await install(project, folder, "defacto-sdk");
const companion = await install(project, join(folder, "sandbox"), "defacto-sdk-sandbox");
symlinkSync(join(folder, "node_modules/@types"), join(project, "node_modules/@types"));
cpSync(join(folder, "test/types"), project, { recursive: true });

async function compile(files, options) {
  const all = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    target: "es2022",
    types: ["node"],
    ...options,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: all, files }));
  try {
    await run(tool("tsc"), ["--project", project]);
    return "";
  } catch (error) {
    return error.stdout;
  }
}

test("the package has no addon, no test and nothing that runs at installation", () => {
  const { names, installed } = sdk;
  assert.ok(names.includes("lib/resources/loans.js") && names.includes("lib/models.d.ts"));
  assert.deepEqual(names.filter((name) => /\.node$|^(test|sandbox)\/|build|package-lock/.test(name)), []);
  const { scripts } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  for (const name of ["preinstall", "install", "postinstall"]) assert.equal(scripts[name], undefined);
  const loader = readFileSync(join(installed, "lib/native.js"), "utf8");
  const loaded = [...loader.matchAll(/require\("(defacto-sdk-[\w-]+)"\)/g)].map(([, name]) => name);
  // What the released package depends on: manifests.mjs.
  const platforms = JSON.parse(readFileSync(join(folder, "platforms.json"), "utf8"));
  assert.deepEqual(platforms.map((each) => `defacto-sdk-${each}`).sort(), loaded.sort());
});

for (const [{ tarball }, subpaths] of [
  [sdk, [".", "./models", "./webhook", "./package.json"]],
  [companion, [".", "./package.json"]],
]) {
  test(`both entry points have the types of what they are: ${basename(tarball)}`, async () => {
    const { stdout } = await run(tool("attw"), [tarball, "--format", "json", "--profile", "node16"]).catch((error) => error);
    const { analysis } = JSON.parse(stdout);
    assert.deepEqual(Object.values(analysis.entrypoints).map(({ subpath }) => subpath), subpaths);
    assert.deepEqual(analysis.problems, []);
  });
}

test("user code compiles under node16, and runs", async () => {
  assert.equal(await compile(["use.mts", "use.cts", "sandbox.mts"], { module: "node16", moduleResolution: "node16" }), "");
  if (hasAddon) {
    installAddon(project);
    const { stdout } = await run(process.execPath, ["use.mjs", baseUrl], { cwd: project });
    const printed = { id: 36, amount: 10_000, creation: "New", isModel: true, wasFound: false, cents: 360, isTold: true, stored: 200 };
    assert.deepEqual(JSON.parse(stdout), printed);
    const other = await run(process.execPath, ["sandbox.mjs", binary], { cwd: project });
    assert.deepEqual(JSON.parse(other.stdout), { amount: 5_000, isLater: true, count: 1 });
  }
});

test("user code compiles for a bundler", async () => {
  assert.equal(await compile(["use.mts", "sandbox.mts"], { module: "esnext", moduleResolution: "bundler", noEmit: true }), "");
});

test("wrong types are refused", async () => {
  assert.equal(await compile(["wrong.mts"], { module: "node16", moduleResolution: "node16", noEmit: true }), "");
});

test("a missing addon says what to do", async () => {
  rmSync(join(project, "node_modules", ADDON), { recursive: true, force: true });
  const failed = await run(process.execPath, ["-e", 'require("defacto-sdk")'], { cwd: project }).catch((error) => error);
  assert.match(failed.stderr, /optional dependency/);
});

test("the models need nothing of Node, for runtimes that are none", () => {
  const seen = new Set();
  const visit = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of readFileSync(join(sdk.installed, file), "utf8").matchAll(/require\("([^"]+)"\)/g)) {
      assert.match(name, /^\.\.?\//, `${file} needs ${name}`);
      visit(`${join(file, "..", name)}.js`);
    }
  };
  visit("models.js");
  assert.ok(seen.has("lib/wire.js") && !seen.has("lib/native.js"), [...seen].join());
});

test("notifications are known by three small files", () => {
  const names = ["webhook.js", "lib/webhook.js", "lib/exact.js", "lib/time.js"];
  const needed = names.flatMap((name) => [...readFileSync(join(sdk.installed, name), "utf8").matchAll(/require\("([^"]+)"\)/g)]);
  assert.deepEqual(needed.map(([, name]) => name), ["./lib/webhook", "./exact", "./time"]);
});

test("the types and models need no addon", async () => {
  const { stdout } = await run(process.execPath, ["-e", 'const { Loan } = require("defacto-sdk/models"); console.log(new Loan({ id: "a" }).id)'], { cwd: project });
  assert.equal(stdout.trim(), "a");
});
