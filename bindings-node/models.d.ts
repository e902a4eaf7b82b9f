export * from "./lib/models";
