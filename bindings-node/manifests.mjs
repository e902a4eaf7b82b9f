// The manifests of what is packed: manifests.mjs MAIN COMPANION FOLDER
// MAIN and COMPANION are unpacked packages, which get their optional
// dependencies here: in the sources `npm ci` would look for what is not published
// yet. FOLDER gets a folder with a package.json for this platform's part of each;
// the platform is printed. A package of JavaScript alone gets its bill of
// materials here; the one of a platform's package is cargo's.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [main, companion, folder] = process.argv.slice(2);
const { platform, arch, report } = process;
const isGlibc = report.getReport().header.glibcVersionRuntime !== undefined;
const abi = { linux: isGlibc ? "-gnu" : "-musl", win32: "-msvc" };
const suffix = `${platform}-${arch}${abi[platform] ?? ""}`;
const platforms = JSON.parse(readFileSync(new URL("platforms.json", import.meta.url), "utf8"));
if (!platforms.includes(suffix)) throw new Error(`${suffix} is not in platforms.json`);

const write = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
const purl = (name, version) => `pkg:npm/${name}@${version}`;

function bill({ name, version, license, optionalDependencies }) {
  const component = (name, license) => ({
    type: "library",
    "bom-ref": purl(name, version),
    name,
    version,
    purl: purl(name, version),
    licenses: [{ expression: license }],
  });
  const names = Object.keys(optionalDependencies);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: component(name, license) },
    // None is inside; one of them comes along.
    components: names.map((each) => ({ ...component(each, license), scope: "optional" })),
    dependencies: [{ ref: purl(name, version), dependsOn: names.map((each) => purl(each, version)) }],
  };
}

function prepare(source, file, more) {
  const path = join(source, "package.json");
  // What builds and tests it is not in the package.
  const { scripts, devDependencies, ...manifest } = JSON.parse(readFileSync(path, "utf8"));
  manifest.files.push("LICENSE*", "sbom.cdx.json");
  const { version, description, license, repository, engines } = manifest;
  manifest.optionalDependencies = Object.fromEntries(platforms.map((each) => [`${manifest.name}-${each}`, version]));
  write(path, manifest);
  write(join(source, "sbom.cdx.json"), bill(manifest));

  const name = `${manifest.name}-${suffix}`;
  mkdirSync(join(folder, name), { recursive: true });
  write(join(folder, name, "package.json"), {
    name,
    version,
    description: `${description} (${suffix})`,
    license,
    repository,
    engines,
    ...more,
    files: [file, "LICENSE*", "sbom.cdx.json"],
    os: [platform],
    cpu: [arch],
    ...(platform === "linux" && { libc: [isGlibc ? "glibc" : "musl"] }),
  });
}

prepare(main, "defacto-sdk.node", { main: "defacto-sdk.node" });
prepare(companion, "bin", {});
console.log(suffix);
