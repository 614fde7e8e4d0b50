import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** Control characters would break a line; text without a visible character says nothing. */
const PLAIN = /^(?=.*\S)\P{Cc}+$/u;

/** What a text may look like. */
export interface PlainTextRules {
  /** What it is, with its article: `a channel`. */
  readonly noun: string;
  readonly maxLength: number;
  /** What it must match beside being one line; undefined takes any. */
  readonly grammar?: RegExp;
  /** What is allowed, where `grammar` says more than the length. */
  readonly allowed?: string;
}

/** A text on one line. */
export function plainText(rules: PlainTextRules): Kind<string> {
  const {
    noun,
    maxLength,
    grammar = PLAIN,
    allowed = `text of 1 to ${maxLength} characters on one line`,
  } = rules;
  return scalarKind({
    noun,
    allowed,
    parse: (value) =>
      typeof value === 'string' && value.length <= maxLength && PLAIN.test(value) && grammar.test(value)
        ? value
        : undefined,
    show: (value) => value,
  });
}
