/** A file to upload. */
export interface FileInput {
  /** Its name, as the server sees it. */
  readonly name: string;
  /** Its content. */
  readonly content: Uint8Array | string;
  /** What it is; `application/pdf` unless set. */
  readonly mediaType?: string;
}
