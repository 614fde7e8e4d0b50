/** The answer of the bare server to every request, once it is set. */
export interface CannedAnswer {
  /** Names and values in turns. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}
