export * from "./lib/models.js";
