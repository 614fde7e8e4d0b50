import { isIP } from 'node:net';
import * as z from 'zod';
import { PLANS } from '../accounts.ts';
import { ENDPOINTS, FAULT_NAMES } from '../faults/faults.ts';
import { COUNTING_MODELS, WINDOW_KINDS } from '../metering/bucket.ts';
import { PROFILE_NAMES } from '../profile.ts';

/** A problem with one field of a request. */
interface FieldProblem {
  /** Name of the field; empty for the whole body. */
  readonly field: string;
  readonly value: unknown;
  readonly allowed: string;
}

/** Thrown for a request with invalid fields. */
export class BadInputError extends Error {
  override readonly name = 'BadInputError';
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    super(problems.map(describeProblem).join('; '));
    this.problems = problems;
  }
}

/**
 * Parses and validates JSON text.
 * @throws BadInputError for text that is not JSON or does not match the schema
 */
export function readJson<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  return readInput(schema, parseJson(text));
}

/**
 * Validates a value. The messages of the schema must name the allowed values.
 * @throws BadInputError for a value that does not match the schema
 */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new BadInputError(
    result.error.issues.flatMap((issue): FieldProblem[] => {
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((field) => ({
          field,
          value: valueAt(input, [field]),
          allowed: 'no such field',
        }));
      }
      const isWhole = issue.path.length === 0 && issue.code === 'invalid_type';
      const allowed = isWhole ? 'a JSON object' : issue.message;
      return [{ field: issue.path.join('.'), value: valueAt(input, issue.path), allowed }];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadInputError([{ field: '', value: 'text that is not JSON', allowed: 'a JSON object' }]);
  }
}

/** Returns the value at a path for a message. A password is masked. */
function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  if (path[0] === 'password') return '<secret>';
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

function describeProblem({ field, value, allowed }: FieldProblem): string {
  return `${field === '' ? 'The body' : field} is wrong: ${JSON.stringify(value) ?? 'missing'} (allowed: ${allowed})`;
}

/** Error messages name the allowed values of a field. */
const NAME = { error: 'lower-case letters, digits, - and _' };
const TEXT = { error: 'a text that is not empty' };
const ADDRESS = { error: 'an IPv4 or IPv6 address' };
const NO_MORE_THAN_ONE = { error: 'account or source, not both' };
const EXACTLY_ONE = { error: 'either account or source' };

const text = z.string(TEXT).min(1, TEXT);
const address = z.string(ADDRESS).refine((value) => isIP(value) !== 0, ADDRESS);
const pulls = wholeNumber(0);
const windowSeconds = wholeNumber(1);
const who = { account: text.exactOptional(), source: address.exactOptional() };

/** Schema of the body of `POST /_simulator/accounts`. */
export const ACCOUNT_BODY = z.strictObject({
  name: z.string(NAME).regex(/^[a-z0-9][a-z0-9_-]*$/, NAME),
  password: text,
  plan: choice(PLANS).exactOptional(),
  uuid: text.exactOptional(),
  repositories: z.array(text, { error: 'a list of repositories' }).exactOptional(),
});

/** Schema of the body of `POST /_simulator/faults`. */
export const FAULT_BODY = z.strictObject({
  fault: choice(FAULT_NAMES),
  ...who,
  repository: text.exactOptional(),
  endpoint: choice(ENDPOINTS).exactOptional(),
  times: wholeNumber(1).exactOptional(),
});

/** Schema of the body of `PUT /_simulator/profile`. */
export const PROFILE_BODY = z
  .strictObject({ profile: choice(PROFILE_NAMES), ...who })
  .refine(({ account, source }) => account === undefined || source === undefined, NO_MORE_THAN_ONE);

/** Schema of the body of `PATCH /_simulator/limits`. */
export const LIMITS_BODY = z.strictObject({
  anonymous: pulls.exactOptional(),
  personal: pulls.exactOptional(),
  windowSeconds: windowSeconds.exactOptional(),
  window: choice(WINDOW_KINDS).exactOptional(),
  counting: choice(COUNTING_MODELS).exactOptional(),
});

/** Schema of the query of `GET` and `DELETE /_simulator/bucket`. */
export const BUCKET_QUERY = z.strictObject(who).refine(isOne, EXACTLY_ONE).transform(toBucketed);

/** Schema of the body of `PUT /_simulator/bucket`. */
export const BUCKET_BODY = z
  .strictObject({ ...who, limit: pulls.exactOptional(), windowSeconds: windowSeconds.exactOptional() })
  .refine(isOne, EXACTLY_ONE)
  .transform(({ limit, windowSeconds, ...named }) => ({
    owner: toBucketed(named),
    own: {
      ...(limit === undefined ? {} : { limit }),
      ...(windowSeconds === undefined ? {} : { windowSeconds }),
    },
  }));

/** Schema of the body of `POST /_simulator/spend`. */
export const SPEND_BODY = z
  .strictObject({ ...who, pulls })
  .refine(isOne, EXACTLY_ONE)
  .transform(({ pulls, ...named }) => ({ ...toBucketed(named), pulls }));

interface Named {
  account?: string;
  source?: string;
}

function isOne({ account, source }: Named): boolean {
  return (account === undefined) !== (source === undefined);
}

function toBucketed({ account, source }: Named): { account: string } | { source: string } {
  return account === undefined ? { source: source ?? '' } : { account };
}

function choice<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

function wholeNumber(least: number) {
  const error = `a whole number from ${least}`;
  return z.int({ error }).min(least, { error });
}
