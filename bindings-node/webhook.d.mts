export * from "./lib/webhook.js";
