"use strict";

// Finds the addon. Each name is written out, so that a bundler can follow it;
// a package is found only on the platform it is for.

function load() {
  const { platform, arch } = process;
  const errors = [];
  const attempt = (require) => {
    try {
      return require();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  // What a build in this folder leaves goes before what is installed.
  const built = attempt(() => require("../defacto-sdk.node"));
  if (built) return built;
  let found;
  if (platform === "linux" && arch === "x64") {
    found = isMusl()
      ? attempt(() => require("defacto-sdk-linux-x64-musl"))
      : attempt(() => require("defacto-sdk-linux-x64-gnu"));
  } else if (platform === "linux" && arch === "arm64") {
    found = isMusl()
      ? attempt(() => require("defacto-sdk-linux-arm64-musl"))
      : attempt(() => require("defacto-sdk-linux-arm64-gnu"));
  } else if (platform === "darwin" && arch === "x64") {
    found = attempt(() => require("defacto-sdk-darwin-x64"));
  } else if (platform === "darwin" && arch === "arm64") {
    found = attempt(() => require("defacto-sdk-darwin-arm64"));
  } else if (platform === "win32" && arch === "x64") {
    found = attempt(() => require("defacto-sdk-win32-x64-msvc"));
  }
  if (found) return found;
  throw new Error(
    `defacto-sdk has no addon for ${platform} ${arch} here. Its package is an optional dependency: ` +
      "install without --no-optional (--omit=optional), and if the lockfile was made on another " +
      "platform, remove it and node_modules and install again (npm/cli#4828).",
    { cause: errors.at(-1) },
  );
}

function isMusl() {
  return !process.report?.getReport().header?.glibcVersionRuntime;
}

module.exports = load();
