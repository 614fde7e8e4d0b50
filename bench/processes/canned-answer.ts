/** What the bare server answers to everything, once it has been told. */
export interface CannedAnswer {
  /** Names and values in turns. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}
