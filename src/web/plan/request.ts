import { z } from 'zod';
import { COUNTING_MODELS, RUNTIMES, type Runtime } from '../../domain/pull-cost/counting-model.ts';
import type { PlanRequest } from '../../domain/pull-cost/plan.ts';

/** A request that cannot be understood; the message names the field, and what is allowed. */
export class PlanRequestError extends Error {
  override readonly name = 'PlanRequestError';
}

const MAX_FILES = 1_000;
const MAX_PLATFORMS = 50;
/** How much of a problem is told, in characters: it may repeat names of fields. */
const MAX_PROBLEM = 300;
const MAX_MACHINES = 100_000;
const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/;
/** What pasted text is called. */
const PASTED = 'pasted';

/** A form leaves out what is empty; numbers are text there. */
const count = z
  .union([z.literal('').transform(() => undefined), z.coerce.number().int().min(1).max(MAX_MACHINES)])
  .optional();
const emptyAsUnset = (value: unknown) => (value === '' || value === null ? undefined : value);
const file = z.object({ name: z.string().min(1).max(500), text: z.string() });

/** Unknown fields are refused, so that a misspelled one does not go unheard; those of the page's own form are known. */
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
 * Reads what somebody asks for, from a form or from JSON.
 * @throws PlanRequestError when it cannot be understood
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
