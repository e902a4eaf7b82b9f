// Loads the companion package, starts a sandbox, and prints the milliseconds of both.

const begin = performance.now();
const { Sandbox } = await import("../../bindings-node/sandbox/index.mjs");
const sandbox = await Sandbox.start();
const took = performance.now() - begin;
await sandbox.close();
console.log(took);
