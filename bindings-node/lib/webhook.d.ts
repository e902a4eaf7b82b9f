import type { WebhookEventType } from "./models";

/**
 * Whether a request's address has one of these tokens in its query, as `token` or
 * `apikey`. Takes as many steps for a wrong token as for the right one of the same
 * length.
 *
 * @param urlOrQuery The request's `url`, from its scheme or its path on, or a `URL`; or its query
 * as it came, with or without `?`.
 * @param tokens The secrets of the subscription's address: two of them while it is
 * being changed from the old to the new. Without any, nothing is accepted.
 * @throws TypeError where one of them is no text, such as a variable that is not set.
 */
export function authenticate(urlOrQuery: string | { readonly href: string }, tokens: string | readonly string[]): boolean;

/** What a notification says. Nobody signs it: believe nothing of it before you have read the object. */
export interface Notice {
  /** What happened. One that this version does not know comes through. */
  type: WebhookEventType;
  /** The id of the entity. An event is told from another by id, type and time together. */
  id: string;
  /** The kind of entity, such as `loan`. */
  entityType: string;
  /** The entity's status after the event. */
  status: string | null;
  /** When it happened, to the millisecond; `raw` has it as it was sent. */
  timestamp: Date;
  /** The name of the transition; opaque. */
  transitionName: string | null;
  /** The entity in the server's own names, where it was sent along. */
  entityState: unknown;
  /** All of it as it was sent, what this version does not know included. */
  raw: Record<string, unknown>;
}

/**
 * Reads a notification.
 *
 * @param body As it came, or the object that a framework has made of it.
 * @throws NoticeError where it is none.
 */
export function parse(body: string | ArrayBufferView | ArrayBuffer | object): Notice;

/** Why a body is no notification. Its message quotes nothing of the body. */
export class NoticeError extends Error {
  readonly name: "NoticeError";
}
