import { REDACTED } from '../../kit/secret.ts';
import type { Input } from '../input.ts';
import { showInput } from '../input.ts';
import type { Report } from '../problem.ts';

/** A value as shown at `/config`: without secrets, and convertible to YAML. */
export type Shown =
  | string
  | number
  | boolean
  | undefined
  | readonly Shown[]
  | { readonly [key: string]: Shown };

/** A JSON Schema (https://json-schema.org/draft/2020-12), or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A kind of configuration value: how it is read, and how it is shown. */
export interface Kind<T> {
  /** Describes the allowed values, in error messages and in docs/configuration.md. */
  readonly allowed: string;
  /** Whether a key without a value counts as not written, as for maps and lists; default false. */
  readonly nullIsUnset?: boolean;
  /**
   * Describes the allowed values for editors and for the Helm chart. It accepts every value that `read()` accepts, and may
   * accept more. Its patterns have no lookarounds: Helm's validator is written in Go.
   */
  readonly schema: JsonSchema;
  /** All allowed values, if they are a closed set. */
  readonly choices?: readonly string[];
  /** Reads the value of `key`; reports a problem and returns undefined if it is not allowed. */
  read(input: Input, key: string, report: Report): T | undefined;
  /** Returns the value as shown at `/config`, with secrets masked. */
  show(value: T): Shown;
}

/** Rejects a value with a message for the user, a sentence without a full stop. */
export type Reject = (reason: string) => undefined;

/** The rules of a kind of single values. */
export interface ScalarRules<T> {
  /** The name of the kind with its article: `a duration`. */
  readonly noun: string;
  readonly allowed: string;
  /** The JSON Schema of the values; default: any text that is not empty. */
  readonly schema?: JsonSchema;
  /** Reports whether a rejected value must not be shown, as it may be a secret; default: it is shown. */
  readonly secret?: (value: string | number | boolean) => boolean;
  /** Parses a value; returns undefined if it is not of this kind, after `reject` for a specific message. */
  parse(value: string | number | boolean, reject: Reject): T | undefined;
  show(value: T): Shown;
}

/** Creates a kind of single values. */
export function scalarKind<T>({ noun, allowed, schema, secret, parse, show }: ScalarRules<T>): Kind<T> {
  function read(input: Input, key: string, report: Report): T | undefined {
    let reason = `Not ${noun}`;
    const reject: Reject = (why) => {
      reason = why;
      return undefined;
    };
    const written = input.kind === 'scalar' ? input.value : undefined;
    const isWritten = written !== undefined && written !== null;
    const value = isWritten ? parse(written, reject) : undefined;
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
  return { allowed, schema: schema ?? { type: 'string', minLength: 1 }, read, show };
}
