import type { CredentialState } from '../domain/credential-state.ts';
import type { NamespaceCount, SpendingFacts, WaitingCount } from '../domain/spending/spending-facts.ts';
import type { SpendingService, WaitingPods } from '../domain/spending/spending-service.ts';
import type { AttemptCounters } from './attempt-counters.ts';

/** The window that is assumed if the hub states none, in seconds: an hour. */
export const USUAL_WINDOW_SECONDS = 3_600;

/**
 * Returns the explained share of what each bucket lost in its newest window, by credential. Buckets that lost nothing, or
 * whose history cannot be read now, are left out.
 * @param now milliseconds since the epoch
 */
export async function readExplainedRatios(
  service: Pick<SpendingService, 'buckets' | 'report'>,
  states: readonly CredentialState[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const ratios = new Map<string, number>();
  for (const { id, credentials } of service.buckets()) {
    const outcome = states.find(({ identity }) => identity.name === credentials[0])?.known?.outcome;
    const window = outcome?.kind === 'limited' ? outcome.windowSeconds : undefined;
    const from = now - (window ?? USUAL_WINDOW_SECONDS) * 1_000;
    const report = await service.report({ bucket: id, from, to: now, by: [] }).catch(() => undefined);
    if (!report?.spent) continue;
    const ratio = Math.min(1, report.explained.low / report.spent);
    for (const credential of credentials) ratios.set(credential, ratio);
  }
  return ratios;
}

/** Returns the values of the metrics. */
export function spendingFacts(
  counters: AttemptCounters,
  waiting: readonly WaitingPods[],
  explained: SpendingFacts['explained'],
): SpendingFacts {
  const pods = new Map<string, WaitingCount>();
  const add = ({ cluster, namespace }: Pick<NamespaceCount, 'cluster' | 'namespace'>, number: number) => {
    const label = counters.labelOf(cluster, namespace);
    const key = JSON.stringify([cluster, label]);
    pods.set(key, { cluster, namespace: label, pods: (pods.get(key)?.pods ?? 0) + number });
  };
  const namespaces = counters.list();
  for (const one of namespaces) add(one, 0);
  for (const one of waiting) if (one.refusal !== 'other_registry') add(one, one.pods);
  return { namespaces, waiting: [...pods.values()], explained };
}
