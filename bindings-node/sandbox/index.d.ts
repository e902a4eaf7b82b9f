import type { Client, CreateLoanParams, Scenario } from "defacto-sdk";

/** The sandbox cannot be started, or did not do what it was asked for. */
export declare class SandboxError extends Error {}

/**
 * The path of the `defacto` program: `DEFACTO_BIN` in the environment, else the one in
 * this package, else the first in `PATH`.
 */
export declare function findProgram(environment?: Readonly<Record<string, string | undefined>>): string;

export interface StartOptions {
  /** What generated test data is drawn from: the same seed gives the same. */
  readonly seed?: number;
  /** Where it listens; port 0 takes any free one. */
  readonly listen?: string;
  /** The `defacto` program, instead of the one `findProgram` finds. */
  readonly program?: string;
  /** How long it may take to be ready, in milliseconds. */
  readonly patienceMs?: number;
  /** What shall be decided otherwise than usual, by name: docs/sandbox.md. */
  readonly policy?: Readonly<Record<string, string | number | boolean>>;
  /** The keys of accounts with books of their own, by name; any other key is refused then. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Whether there is data to look at from the start. */
  readonly demo?: boolean;
}

/** What shall go wrong: docs/sandbox.md. */
export interface Fault {
  /** A fault with a name; what else is given replaces its. */
  readonly preset?: string;
  /**
   * How often it happens before it is gone; null is for ever. Once, or with `probability` or
   * `rate` for ever, if left out.
   */
  readonly times?: number | null;
  /** How likely it is, drawn from the sandbox's seed. */
  readonly probability?: number;
  /** How many requests pass within how many seconds of the sandbox's clock; the rest is answered 429. */
  readonly rate?: { readonly requests: number; readonly seconds: number };
  /** Values put into the real answer, by JSON pointer. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** How many bytes of the body come at once, and the pause between. */
  readonly slow?: { readonly bytes: number; readonly pauseMs: number };
  /** How far the header `Date` is ahead, in milliseconds. */
  readonly clockSkewMs?: number;
  /** How many requests it first lets pass. */
  readonly skip?: number;
  /** How much later the answer comes, in milliseconds, or from where to where. */
  readonly delayMs?: number | { readonly from: number; readonly to: number };
  /** Resets the connection, before or after the operation is carried out. */
  readonly reset?: "before" | "after";
  /** The status of the answer instead. */
  readonly status?: number;
  /** The body of the answer instead: text, or what becomes JSON. */
  readonly body?: unknown;
  /** The content type of `body`. */
  readonly contentType?: string;
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the operation is carried out although its answer is replaced. */
  readonly act?: boolean;
  /** How many bytes of the body are sent before the connection closes. */
  readonly truncate?: number;
  /** Whether the connection closes after the whole answer. */
  readonly closeIdle?: boolean;
}

/** A request that the sandbox received. */
export interface Received {
  /** The operation, such as `loans.create`; null when it was for none. */
  readonly operation: string | null;
  /** The HTTP method. */
  readonly method: string;
  /** The path, without the query. */
  readonly path: string;
  /** What it was answered; null when the connection was reset. */
  readonly status: number | null;
  /** Whether the operation was carried out. */
  readonly acted: boolean;
  /** Whether a fault was used. */
  readonly fault: boolean;
}

/** What came of moving the clock or of a trigger, all effects included. */
export interface Happened {
  /** The simulator's time after it. */
  readonly now: Date;
  /** How often each event happened, such as `Loan.CLOSED`. */
  readonly events: Readonly<Record<string, number>>;
  /** Deliveries of webhooks that arrived. */
  readonly delivered: number;
  /** Those given up. */
  readonly failed: number;
  /** Those still to be sent, or sent again. */
  readonly pending: number;
}

/** Which deliveries are wanted: docs/sandbox.md. */
export interface DeliveryFilter {
  readonly webhookId?: string;
  readonly eventType?: string;
  readonly entityId?: string;
  readonly state?: "PENDING" | "DELIVERED" | "FAILED" | "DROPPED" | "CANCELED";
  /** How many at most; 100 unless given. */
  readonly limit?: number;
  /** The id of the last one read. */
  readonly after?: number;
}

export interface LoanScenario {
  /** The principal, in cents. */
  readonly amount?: number;
  /** What becomes of the loan. */
  readonly scenario?: Scenario;
  /** When it is to be paid, in milliseconds from the simulator's now on. */
  readonly payInMs?: number;
  /** When it is to be repaid. */
  readonly repayInMs?: number;
}

/**
 * A simulator of the lending API that runs beside this process and ends with it. It keeps
 * no program alive.
 */
export declare class Sandbox {
  private constructor();
  /** Starts a sandbox and waits until it is ready. */
  static start(options?: StartOptions): Promise<Sandbox>;
  /** Where clients send to. */
  get baseUrl(): string;
  /** Where the control API is. */
  get controlUrl(): string;
  /** The settings with which a client talks to this sandbox: `new Client(sandbox.credentials())`. */
  credentials(): { apiKey: string; baseUrl: string };
  /** Stops the sandbox; again it does nothing. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  /** Back to the start: clock, faults, settings, and everything made. */
  reset(): Promise<void>;
  /** The simulator's time. */
  now(): Promise<Date>;
  /** Moves the clock forward, by milliseconds or an ISO 8601 duration, to the time given back. */
  advance(by: number | string): Promise<Date>;
  /** Stops the clock, at this moment if one is given. */
  freeze(at?: Date | string): Promise<Date>;
  /** Lets the clock run on from where it stands. */
  unfreeze(): Promise<void>;
  /**
   * Moves the clock forward to this moment, and is done when everything is that happens
   * meanwhile, deliveries of webhooks included.
   */
  advanceTo(at: Date | string): Promise<Happened>;
  /** Moves the clock to what happens next by itself, to this loan or to any. */
  advanceToNextEvent(loanId?: string): Promise<Happened>;
  /**
   * Makes something happen that no operation does, such as `loan.late`, to the newest it can
   * happen to if no id is given; `defacto trigger --list` has them all. `amount` is in cents.
   */
  trigger(event: string, id?: string, options?: { readonly amount?: number }): Promise<Happened>;
  /** The newest deliveries of webhooks, the oldest of them first, as the control API shows them. */
  deliveries(filter?: DeliveryFilter): Promise<Record<string, unknown>[]>;
  /** Sends a delivery once more; gives the new one, once it was tried. */
  redeliver(id: number): Promise<Record<string, unknown>>;
  /** Replaces what goes wrong with deliveries, as the control API takes it: docs/sandbox.md. */
  setDeliveryLevers(
    levers: readonly Readonly<Record<string, unknown>>[],
    options?: { readonly timeoutMs?: number },
  ): Promise<void>;
  /**
   * Makes requests go wrong: of an operation such as `loans.create`, of a pattern such as
   * `loans.*`, of a path such as `POST /loans`; of every operation if none is named.
   */
  fault(operation?: string | null, fault?: Fault): Promise<void>;
  /** Removes all faults. */
  clearFaults(): Promise<void>;
  /** The requests that arrived, oldest first; one operation's if named. */
  received(operation?: string): Promise<Received[]>;
  /** How many requests for an operation arrived; with `acted`, of those that were or were not carried out. */
  count(operation: string, options?: { acted?: boolean }): Promise<number>;
  /** Keeps everything as it is under this name: letters, digits, hyphens, underscores. */
  snapshot(name: string): Promise<void>;
  /** Everything as it was at the snapshot of this name. */
  restore(name: string): Promise<void>;
  /** Changes the simulator's choices. */
  configure(settings: {
    saltReplay?: "existing" | "refuse";
    policy?: "guide" | "calendar";
    /** Any other policy by its name: docs/sandbox.md. */
    [name: string]: string | number | boolean | undefined;
  }): Promise<void>;
  /** What to call `client.loans.create` with: makes a new borrower and a new invoice. */
  loanRequest(client: Client, scenario?: LoanScenario): Promise<CreateLoanParams>;
}
