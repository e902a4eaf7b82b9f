export * from "./lib/webhook";
