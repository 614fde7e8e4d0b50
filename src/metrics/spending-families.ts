import type { SpendingFacts } from '../domain/spending/spending-facts.ts';
import type { FamilyDefinition } from './family.ts';

const ABSENT = 'without `spending.kubernetes`';

/** The metric families about who spends the pulls. */
export const SPENDING_FAMILIES: readonly FamilyDefinition<{ readonly spending: SpendingFacts }>[] = [
  {
    name: 'dockerhub_pull_attempts_total',
    type: 'counter',
    help: "Pulls that nodes started since the start of Headroom, from Kubernetes' events; namespaces beyond 50 as other.",
    labels: ['cluster', 'namespace'],
    absent: ABSENT,
    samples: ({ spending }) =>
      spending.namespaces.map(({ cluster, namespace, attempts }) => ({
        labels: { cluster, namespace },
        value: attempts,
      })),
  },
  {
    name: 'dockerhub_pulls_refused_total',
    type: 'counter',
    help: "Pulls that a registry refused with status 429 since the start of Headroom, from Kubernetes' events.",
    labels: ['cluster', 'namespace', 'reason'],
    absent: 'without refused pulls',
    samples: ({ spending }) =>
      spending.namespaces.flatMap(({ cluster, namespace, refused }) =>
        Object.entries(refused).map(([reason, value]) => ({ labels: { cluster, namespace, reason }, value })),
      ),
  },
  {
    name: 'dockerhub_pods_waiting',
    type: 'gauge',
    help: "Pods that cannot start because Docker Hub refuses a pull, from Kubernetes' events.",
    labels: ['cluster', 'namespace'],
    absent: ABSENT,
    samples: ({ spending }) =>
      spending.waiting.map(({ cluster, namespace, pods }) => ({
        labels: { cluster, namespace },
        value: pods,
      })),
  },
  {
    name: 'dockerhub_spending_explained_ratio',
    type: 'gauge',
    help: 'The share of what the bucket of the credential lost in its newest window that pulls of known origin certainly explain, from 0 to 1.',
    labels: ['credential'],
    absent: 'without `spending`, and while the bucket has lost nothing',
    samples: ({ spending }) =>
      [...spending.explained].map(([credential, value]) => ({ labels: { credential }, value })),
  },
];
