// A program bundled by esbuild in the ways docs/node.md has.

import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ADDON, folder, hasAddon, install, installAddon, newProject, run, tool } from "./project.mjs";
import { baseUrl } from "./support.mjs";

const project = newProject();
await install(project, folder, "defacto-sdk");
installAddon(project);
writeFileSync(join(project, "app.mjs"), `
  import { inspect } from "node:util";
  import { Client, NotFoundError, OutcomeUnknownError } from "defacto-sdk";
  import { Loan } from "defacto-sdk/models";

  async function main() {
    const client = new Client({ apiKey: "key-0123456789abcdef", baseUrl: process.argv[2] });
    const greeting = await client.hello();
    const error = await client.loans.get("nothing").catch((error) => error);
    class Own extends Loan {}
    const loans = [Loan, Own].map((Class) => new Class({ id: "a", status: "b", to_pay_at: "2030-01-01T00:00:00Z", later: 1 }));
    console.log(JSON.stringify({
      greeting,
      errors: [error.name, error instanceof NotFoundError, error instanceof OutcomeUnknownError],
      extra: loans.map((loan) => loan.extra),
      copies: loans.map((loan) => loan.toObject()),
      shown: inspect(loans[0], { breakLength: Infinity }),
    }));
  }
  main();
`);
const EXPECTED = {
  errors: ["NotFoundError", true, false],
  extra: [{ later: 1 }, { later: 1 }],
  copies: Array(2).fill({ id: "a", status: "b", toPayAt: "2030-01-01T00:00:00Z", later: 1 }),
  shown: "Loan { id: 'a', status: 'b', toPayAt: '2030-01-01T00:00:00Z' }",
};

// As the guide has them.
const guide = readFileSync(join(folder, "../docs/node.md"), "utf8");
const commands = [...guide.matchAll(/^\$ (npx esbuild (?:.*\\\n)*.*)$/gm)].map(([, command]) => command);

/** What must be installed where the bundle runs: what the command leaves outside. */
function outside(command) {
  if (/--external:defacto-sdk(\s|$)/.test(command)) return ["defacto-sdk", ADDON];
  return command.includes("--external:defacto-sdk-*") ? [ADDON] : [];
}

test("the guide has a way for each case", () => {
  assert.deepEqual(commands.map(outside), [["defacto-sdk", ADDON], [ADDON], [], []]);
});

for (const command of commands.flatMap((command) => [command, `${command} --minify`])) {
  test(command, { skip: !hasAddon && "built for another platform" }, async () => {
    rmSync(join(project, "dist"), { recursive: true, force: true });
    const line = command.replace("npx esbuild", `"${tool("esbuild")}"`);
    const { stderr } = await run("sh", ["-c", `${line} --log-level=warning`], { cwd: project });
    assert.equal(stderr, "");
    const elsewhere = newProject();
    cpSync(join(project, "dist"), elsewhere, { recursive: true });
    for (const name of outside(command)) {
      cpSync(join(project, "node_modules", name), join(elsewhere, "node_modules", name), { recursive: true });
    }
    const program = readdirSync(elsewhere).find((name) => name.startsWith("app."));
    const { stdout } = await run(process.execPath, [program, baseUrl], { cwd: elsewhere });
    const { greeting, ...rest } = JSON.parse(stdout);
    assert.match(greeting, /Hello/);
    assert.deepEqual(rest, EXPECTED);
  });
}
