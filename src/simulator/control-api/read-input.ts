import type { z } from 'zod';

/** What is wrong with one field of a request. */
export interface FieldProblem {
  /** The field's name; empty for the whole. */
  readonly field: string;
  readonly value: unknown;
  readonly allowed: string;
}

/** A request that cannot be understood. */
export class BadInputError extends Error {
  override readonly name = 'BadInputError';
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    super(problems.map(describeProblem).join('; '));
    this.problems = problems;
  }
}

/**
 * Reads JSON text as what a schema describes.
 * @throws BadInputError for text that is not JSON or not of that form
 */
export function readJson<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  return readInput(schema, parseJson(text));
}

/**
 * Reads a value as what a schema describes. The schema's messages say what is allowed.
 * @throws BadInputError
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

/** A password is never repeated, not even to the one who sent it. */
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
