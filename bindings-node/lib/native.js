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
  // Which C library there is takes Node longer to say than all else here takes: what
  // is not for it does not load.
  if (platform === "linux" && arch === "x64") {
    try {
      return require("defacto-sdk-linux-x64-gnu");
    } catch (error) {
      cause = telling(cause, error);
    }
    try {
      return require("defacto-sdk-linux-x64-musl");
    } catch (error) {
      cause = telling(cause, error);
    }
  }
  if (platform === "linux" && arch === "arm64") {
    try {
      return require("defacto-sdk-linux-arm64-gnu");
    } catch (error) {
      cause = telling(cause, error);
    }
    try {
      return require("defacto-sdk-linux-arm64-musl");
    } catch (error) {
      cause = telling(cause, error);
    }
  }
  if (platform === "darwin" && arch === "x64") {
    try {
      return require("defacto-sdk-darwin-x64");
    } catch (error) {
      cause = telling(cause, error);
    }
  }
  if (platform === "darwin" && arch === "arm64") {
    try {
      return require("defacto-sdk-darwin-arm64");
    } catch (error) {
      cause = telling(cause, error);
    }
  }
  if (platform === "win32" && arch === "x64") {
    try {
      return require("defacto-sdk-win32-x64-msvc");
    } catch (error) {
      cause = telling(cause, error);
    }
  }
  throw new Error(
    `defacto-sdk has no addon for ${platform} ${arch} here. Its package is an optional dependency: ` +
      "install without --no-optional (--omit=optional), and if the lockfile was made on another " +
      "platform, remove it and node_modules and install again (npm/cli#4828).",
    { cause },
  );
}

/** The error that says more: not that of a package which is not installed. */
function telling(cause, error) {
  return error.code === "MODULE_NOT_FOUND" && cause.code !== "MODULE_NOT_FOUND" ? cause : error;
}

module.exports = load();
