import type { Page } from "./model";

/**
 * A list. Iterate over it for its items, over `pages()` for its pages; each page is
 * read when it is needed. It can be gone through once. After an error that may pass,
 * iterating again goes on with the page that failed.
 */
export declare class Pager<T> implements AsyncIterable<T> {
  private constructor();
  [Symbol.asyncIterator](): AsyncIterableIterator<T>;
  /** Page by page. */
  pages(): AsyncIterableIterator<Page<T>>;
  /** All items that are left. */
  toArray(): Promise<T[]>;
  /** Where the next page begins, to store and go on from later. */
  get cursor(): string | null;
}
