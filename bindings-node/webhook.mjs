import webhook from "./lib/webhook.js";

export const { authenticate, parse, NoticeError } = webhook;
