import { formatCount } from '../../domain/wording.ts';

/** One page of a list that is too long for one. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  /** From 1 on; the last one where a later one was asked for. */
  readonly number: number;
  /** How many pages there are; at least 1. */
  readonly count: number;
}

/** Cuts a page out of a list. */
export function pageOf<Item>(items: readonly Item[], size: number, wanted: number): PageOf<Item> {
  const count = Math.max(1, Math.ceil(items.length / size));
  const number = Math.min(Math.max(wanted, 1), count);
  return { items: items.slice((number - 1) * size, number * size), number, count };
}

/** The ways to the pages beside this one. */
export interface PageLinks {
  /** `Page 2 of 9`. */
  readonly words: string;
  readonly previousUrl: string | undefined;
  readonly nextUrl: string | undefined;
}

/** The ways from one page of a list to the next; undefined where there is one page. */
export function toPageLinks(
  { number, count }: PageOf<unknown>,
  urlOfPage: (number: number) => string,
): PageLinks | undefined {
  if (count === 1) return undefined;
  return {
    words: `Page ${formatCount(number)} of ${formatCount(count)}`,
    previousUrl: number > 1 ? urlOfPage(number - 1) : undefined,
    nextUrl: number < count ? urlOfPage(number + 1) : undefined,
  };
}
