import { REDACTED } from '../../kit/secret.ts';
import type { Input } from '../input.ts';
import { showInput } from '../input.ts';
import type { Report } from '../problem.ts';

/** A value as `/config` shows it: plain, without secrets, ready to be written as YAML. */
export type Shown =
  | string
  | number
  | boolean
  | undefined
  | readonly Shown[]
  | { readonly [key: string]: Shown };

/** What a key takes: how it is read, and how it is shown. */
export interface Kind<T> {
  /** What is allowed, in words: error messages and the document say the same. */
  readonly allowed: string;
  /** Whether a key with nothing behind it counts as not written, as it does for sections and lists. */
  readonly nullIsUnset?: boolean;
  /** Every value there is, where that is a closed set. */
  readonly choices?: readonly string[];
  /** Reads what was written under `key`; reports a problem and returns undefined when it is not allowed. */
  read(input: Input, key: string, report: Report): T | undefined;
  show(value: T): Shown;
}

/** Says no to a value with a reason, a sentence without a full stop. */
export type Reject = (reason: string) => undefined;

/** How a kind of single values is made. */
export interface ScalarRules<T> {
  /** What it is, with its article: `a duration`. */
  readonly noun: string;
  readonly allowed: string;
  /** Whether a wrong value must not be shown, as it may be a secret in the wrong form. */
  readonly secret?: (value: string | number | boolean) => boolean;
  /** Returns undefined for a value that is not of this kind. */
  parse(value: string | number | boolean, refuse: Reject): T | undefined;
  show(value: T): Shown;
}

/** A kind that takes a single value. */
export function scalarKind<T>({ noun, allowed, secret, parse, show }: ScalarRules<T>): Kind<T> {
  function read(input: Input, key: string, report: Report): T | undefined {
    let reason = `Not ${noun}`;
    const refuse: Reject = (why) => {
      reason = why;
      return undefined;
    };
    const written = input.kind === 'scalar' ? input.value : undefined;
    const isWritten = written !== undefined && written !== null;
    const value = isWritten ? parse(written, refuse) : undefined;
    if (value !== undefined) return value;
    const isSecret = isWritten && secret?.(written) === true;
    report({
      place: input.place,
      key,
      message: reason,
      found: isSecret ? REDACTED : showInput(input),
      allowed,
    });
    return undefined;
  }
  return { allowed, read, show };
}
