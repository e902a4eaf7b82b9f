"use strict";

// Finds the addon. Each name is written out, so that a bundler can follow it, and in a
// `try` of its function, so that one lets be what it does not find: a package is found
// only on the platform it is for.

function load() {
  const { platform, arch } = process;
  let cause;
  try {
    // What a build in this folder leaves goes before what is installed.
    return require("../defacto-sdk.node");
  } catch (error) {
    cause = error;
  }
  try {
    if (platform === "linux" && arch === "x64") {
      return isMusl() ? require("defacto-sdk-linux-x64-musl") : require("defacto-sdk-linux-x64-gnu");
    }
    if (platform === "linux" && arch === "arm64") {
      return isMusl() ? require("defacto-sdk-linux-arm64-musl") : require("defacto-sdk-linux-arm64-gnu");
    }
    if (platform === "darwin" && arch === "x64") return require("defacto-sdk-darwin-x64");
    if (platform === "darwin" && arch === "arm64") return require("defacto-sdk-darwin-arm64");
    if (platform === "win32" && arch === "x64") return require("defacto-sdk-win32-x64-msvc");
  } catch (error) {
    cause = error;
  }
  throw new Error(
    `defacto-sdk has no addon for ${platform} ${arch} here. Its package is an optional dependency: ` +
      "install without --no-optional (--omit=optional), and if the lockfile was made on another " +
      "platform, remove it and node_modules and install again (npm/cli#4828).",
    { cause },
  );
}

function isMusl() {
  return !process.report?.getReport().header?.glibcVersionRuntime;
}

module.exports = load();
