// Builds the addon of this platform into this folder: `node build.mjs`. From what cargo
// has built already, as the tests do: `node build.mjs TARGET/debug`.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, renameSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
// A package has no sources beside it, and needs none.
if (!existsSync(join(root, "Cargo.toml"))) process.exit(0);

let [, , folder] = process.argv;
if (!folder) {
  execFileSync(
    process.env.CARGO ?? "cargo",
    ["build", "--quiet", "--locked", "--package", "defacto-node", "--release"],
    { cwd: root, stdio: "inherit" },
  );
  folder = join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), "release");
}
const library = { darwin: "libdefacto_node.dylib", win32: "defacto_node.dll" };
const built = join(folder, library[process.platform] ?? "libdefacto_node.so");
// A process that has the old one loaded keeps it.
const next = join(here, "defacto-sdk.next");
copyFileSync(built, next);
renameSync(next, join(here, "defacto-sdk.node"));
