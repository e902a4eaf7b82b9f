export { Client } from "./lib/client";
export { Tracker } from "./lib/tracker";
export type {
  ChangesOptions,
  NotificationRequest,
  NotificationResponse,
  ToldChange,
  WebhookHandler,
} from "./lib/tracker";
export { Call } from "./lib/call";
export type { Response } from "./lib/call";
export type { FileInput } from "./lib/face";
export type { Input } from "./lib/base";
export { Pager } from "./lib/pager";
export { Page } from "./lib/model";
export type { CallOptions, ClientSettings, LogNote, TrackerSettings } from "./lib/settings";
export * as money from "./lib/money";
export * from "./lib/errors";
export type * from "./lib/models";
export type * from "./lib/params";
