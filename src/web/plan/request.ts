import * as z from 'zod';
import { COUNTING_MODELS, RUNTIMES, type Runtime } from '../../domain/pull-cost/counting-model.ts';
import type { PlanRequest } from '../../domain/pull-cost/plan.ts';

/** Thrown if a request is not valid. The message names the field and the allowed values. */
export class PlanRequestError extends Error {
  override readonly name = 'PlanRequestError';
}

const MAX_FILES = 1_000;
const MAX_PLATFORMS = 50;
/** Length of the longest message, in characters, since it may repeat field names. */
const MAX_PROBLEM = 300;
const MAX_MACHINES = 100_000;
const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/;
/** The file name of pasted text. */
const PASTED = 'pasted';

/** A number of a form or of JSON. Forms send numbers as text, and an empty text for a missing one. */
const count = z
  .union([z.literal('').transform(() => undefined), z.coerce.number().int().min(1).max(MAX_MACHINES)])
  .optional();
const emptyAsUnset = (value: unknown) => (value === '' || value === null ? undefined : value);
const file = z.object({ name: z.string().min(1).max(500), text: z.string() });

/** Rejects unknown fields, so that a misspelled field is reported. Contains the fields of the form too. */
const SCHEMA = z.strictObject({
  files: z.array(file).max(MAX_FILES).default([]),
  text: z.string().default(''),
  nodes: count,
  clusters: count,
  runtime: z.preprocess(emptyAsUnset, z.enum(RUNTIMES as [Runtime, ...Runtime[]]).optional()),
  model: z.preprocess(emptyAsUnset, z.enum(COUNTING_MODELS).default('per-get')),
  platforms: z.array(z.string().regex(PLATFORM)).min(1).max(MAX_PLATFORMS).default(['linux/amd64']),
  credential: z.preprocess(emptyAsUnset, z.string().max(100).optional()),
  variables: z.record(z.string(), z.string()).default({}),
  profiles: z.array(z.string()).max(MAX_FILES).default([]),
  token: z.string().optional(),
});

/**
 * Reads a plan request from the parsed body of a form or of JSON.
 * @throws PlanRequestError if a field is not valid
 */
export function readPlanRequest(body: unknown): PlanRequest {
  const parsed = SCHEMA.safeParse(body);
  if (!parsed.success) throw new PlanRequestError(firstProblem(parsed.error).slice(0, MAX_PROBLEM));
  const { files, text, nodes, clusters = 1, variables, profiles, token: _, ...rest } = parsed.data;
  const pasted = text.trim() === '' ? [] : [{ name: PASTED, text }];
  return {
    ...rest,
    runtime: rest.runtime,
    credential: rest.credential,
    nodes,
    clusters,
    files: [...files, ...pasted],
    variables: new Map(Object.entries(variables)),
    profiles: new Set(profiles),
  };
}

function firstProblem({ issues }: z.ZodError): string {
  const [issue] = issues;
  const field = issue?.path.join('.') ?? '';
  if (field === 'nodes' || field === 'clusters') {
    return `${field} is not a number of machines; allowed are whole numbers from 1 to ${MAX_MACHINES}`;
  }
  return field === '' ? `Not a plan: ${issue?.message}` : `${field}: ${issue?.message}`;
}
