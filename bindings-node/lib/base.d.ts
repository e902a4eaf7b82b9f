import type { Call } from "./call";
import type { FileInput } from "./face";
import type { CallOptions, ClientSettings } from "./settings";

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
}
