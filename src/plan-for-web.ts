import type { Clock } from './domain/clock.ts';
import type { CredentialState } from './domain/credential-state.ts';
import { viewCredential } from './domain/credential-view.ts';
import { foreseeView, type Outlook } from './domain/outlook.ts';
import { bucketOfView } from './domain/pull-cost/bucket-of-view.ts';
import type { PlanAnswered, PlanRequest } from './domain/pull-cost/plan-request.ts';
import { planFiles, readPlanFiles } from './plan-files.ts';

/** What a running Headroom knows of its buckets. */
interface Knowledge {
  states(): readonly CredentialState[];
  outlookOf(name: string): Outlook | undefined;
  readonly clock: Clock;
}

/**
 * `/plan`: counts files against the buckets as they are known, with what is foreseen. Nobody is asked.
 * @returns undefined when there is no such credential
 */
export function planForWeb(
  request: PlanRequest,
  { states, outlookOf, clock }: Knowledge,
): PlanAnswered | undefined {
  const now = clock.now();
  const all = states().map((state) => {
    const view = viewCredential(state, now);
    return bucketOfView(foreseeView(view, outlookOf(view.name)));
  });
  const { credential: name } = request;
  const named = all.find(({ credential }) => credential === name);
  if (name !== undefined && !named) return undefined;
  const chosen = named ?? all.find(({ hasLogin }) => !hasLogin) ?? all[0];
  const buckets = chosen ? [chosen, ...all.filter((bucket) => bucket !== chosen)] : [];
  const { files, variables, profiles, nodes, clusters, runtime, model, platforms } = request;
  const read = readPlanFiles(files, { variables, profiles, target: undefined, ignoredKinds: new Set() });
  const options = { nodes, clusters, runtime, model, platforms, known: new Map(), cached: new Set<string>() };
  const plan = planFiles({ read, options, buckets }, now);
  return { plan, unrecognised: read.unrecognised };
}
