// A project of a user's that has the packages as npm would pack them.

import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const run = promisify(execFile);
export const folder = fileURLToPath(new URL("..", import.meta.url));
export const tool = (name) => join(folder, "node_modules/.bin", name);

export const ADDON = "defacto-sdk-linux-x64-gnu";
/** Whether what was built here is what that package has. */
export const hasAddon = process.platform === "linux" && process.arch === "x64";

/** An empty folder until the tests of this file have run. */
export function newProject() {
  const project = mkdtempSync(join(tmpdir(), "defacto-sdk-"));
  after(() => rmSync(project, { recursive: true }));
  return project;
}

/** Packs a package and unpacks it where a user's project has it. */
export async function install(project, source, name) {
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], { cwd: source });
  const packed = Object.values(JSON.parse(stdout))[0];
  const tarball = join(project, packed.filename);
  const installed = join(project, "node_modules", name);
  mkdirSync(installed, { recursive: true });
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);
  return { tarball, installed, names: packed.files.map(({ path }) => path) };
}

/** The package of this platform, with the addon that was built. */
export function installAddon(project) {
  const platform = join(project, "node_modules", ADDON);
  mkdirSync(platform, { recursive: true });
  copyFileSync(join(folder, "defacto-sdk.node"), join(platform, "defacto-sdk.node"));
  writeFileSync(join(platform, "package.json"), '{"main":"defacto-sdk.node"}');
}
