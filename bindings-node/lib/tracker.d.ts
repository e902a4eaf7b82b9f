import type { Call } from "./call";
import type { TrackedChange } from "./models";
import { TrackerVerbs } from "./verbs";

/** A change as a consumer is told it. */
export interface ToldChange extends TrackedChange {
  /**
   * Notes that this change and all before it have been dealt with by the consumer: they
   * are not told to it again.
   */
  ack(): Call<void>;
}

/** How changes are told. */
export interface ChangesOptions {
  /** Whether to wait for more where there is none left; ends where it is not set. */
  readonly follow?: boolean | undefined;
  /** Ends the iteration at once, as if there were no change left. */
  readonly signal?: AbortSignal | undefined;
}

/** What is needed of a request: those of `node:http`, of Express and alike have it. */
export interface NotificationRequest {
  readonly method?: string | undefined;
  /** With the query, in which the token stands. */
  readonly url?: string | undefined;
  /**
   * The body, where a framework has read it already: best as a `Buffer` or text. One that
   * was parsed as JSON is written as JSON again.
   */
  readonly body?: unknown;
  on(event: string, listener: (...given: any[]) => void): unknown;
}

/** What is needed of a response: those of `node:http`, of Express and alike have it. */
export interface NotificationResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(): unknown;
}

/** A function that stands behind the address of a subscription. */
export type WebhookHandler = (request: NotificationRequest, response: NotificationResponse) => Promise<void>;

/**
 * Follows the loans of an account, through crashes, lost notifications and restarts. It is
 * a client too: what is changed through it is written down before it is sent, so that it
 * is neither done twice nor forgotten, and what is read is remembered. `client.tracker`
 * opens one, `close` closes its store.
 */
export declare class Tracker extends TrackerVerbs {
  private constructor();
  /**
   * The changes that this consumer has not acknowledged, in order; each is told again to
   * the next iteration until it is. One iteration of a consumer at a time: another one
   * begins anew for both.
   */
  changes(consumer: string, options?: ChangesOptions): AsyncGenerator<ToldChange, void, undefined>;
  /**
   * A handler of notifications for `node:http`, Express and others with requests and
   * responses of Node's. It checks the token in the query, stores the notification and
   * then answers 200; `digest`, `sync` or `run` reads it later. Otherwise it answers 401
   * without an accepted token, 405 to anything but a POST, 413 where the body is over
   * 1 MiB, 400 where it is not UTF-8 or was read by somebody who did not leave it in
   * `body`, and 503 where it could not be stored, so that Defacto sends it again. It
   * rejects nothing.
   */
  webhookHandler(): WebhookHandler;
}
