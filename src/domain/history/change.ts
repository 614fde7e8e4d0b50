/** A change of what Docker Hub grants a credential, seen between two answers. `at` is that of the newer one. */
export type HistoryChange =
  /** From so many pulls to so many. */
  | { readonly kind: 'limit'; readonly at: number; readonly from: number; readonly to: number }
  /** From so many seconds to so many. */
  | { readonly kind: 'window'; readonly at: number; readonly from: number; readonly to: number }
  /** From one source to another, as sent. */
  | { readonly kind: 'source'; readonly at: number; readonly from: string; readonly to: string };

/** Which part of the past is looked at, in milliseconds since the epoch: `from` is included, `to` is not. */
export interface HistorySpan {
  readonly from: number;
  readonly to: number;
}
