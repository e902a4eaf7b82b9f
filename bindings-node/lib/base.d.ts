import type { Call } from "./call";
import type { FileInput } from "./face";
import type { CallOptions, ClientSettings, TrackerSettings } from "./settings";
import type { Tracker } from "./tracker";

/** What an operation is given, in the server's names. */
export interface Input {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly file?: FileInput;
}

/** What every client has, whatever its groups. */
export declare class BaseClient {
  /** Opens a client; nothing is sent. */
  constructor(settings?: ClientSettings);
  /** The same client, with these options on each of its calls. */
  withOptions(options: CallOptions): this;
  /**
   * Any operation by its name, such as `loans.get`, with JSON in and out. The typed
   * methods are the better way wherever the operation is known when the program is written.
   */
  invoke(operation: string, input?: Input, options?: CallOptions): Call<unknown>;
  /**
   * A request of any path of the API, for what this version has no method for, with the
   * same key, retries and errors. The path begins with `/`. Only reads are sent again after
   * a lost answer.
   */
  raw(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    input?: Pick<Input, "query" | "body">,
    options?: CallOptions,
  ): Call<unknown>;
  /**
   * Opens a tracker, which follows the loans of the account: a client too, on the same
   * connections. Its settings, or where it keeps what it knows: a file, `memory`, or the
   * `postgres://` address of a database. The program waits while that is opened.
   *
   * @throws ConfigurationError when a setting cannot be used
   * @throws StoreError when the store cannot be opened, such as a file that is open already
   */
  tracker(settings: string | TrackerSettings): Tracker;
  /**
   * Lets go of the connections, and of a tracker's store, in every client made of this one
   * by `withOptions` too. Calls under way end as usual, new ones are refused. A client
   * that is dropped does so by itself; a tracker of it has a life of its own.
   */
  close(): void;
}
