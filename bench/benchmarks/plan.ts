import { parseAllDocuments } from 'yaml';
import { makePlan } from '../../src/domain/pull-cost/plan.ts';
import { readPlanFiles } from '../../src/planner/plan-files.ts';
import type { Benchmark } from '../measure/benchmark.ts';
import { compare, observe } from '../measure/finding.ts';
import { pick, takeTurns } from '../measure/take-turns.ts';

const TURNS = 7;
const FILES = 1_000;
/** A Deployment and a Service. */
const MANIFESTS = 2 * FILES;

/** What a shop's repository is full of: a Deployment with probes, resources, environment and volumes, and its Service. */
function manifest(i: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-${i}
  namespace: team-${i % 20}
  labels: { app.kubernetes.io/name: shop-${i}, app.kubernetes.io/part-of: shop }
spec:
  replicas: ${(i % 5) + 1}
  selector:
    matchLabels: { app.kubernetes.io/name: shop-${i} }
  template:
    metadata:
      labels: { app.kubernetes.io/name: shop-${i} }
    spec:
      initContainers:
        - name: migrate
          image: acme/migrate:${i % 50}
          command: [migrate, up]
      containers:
        - name: web
          image: nginx:1.${i % 30}
          ports:
            - { name: http, containerPort: 8080 }
          env:
            - name: DATABASE_URL
              valueFrom: { secretKeyRef: { name: database, key: url } }
            - name: LOG_LEVEL
              value: info
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits: { memory: 256Mi }
          readinessProbe:
            httpGet: { path: /ready, port: http }
            periodSeconds: 5
          volumeMounts:
            - { name: config, mountPath: /etc/shop }
        - name: metrics
          image: quay.io/acme/metrics:2
      volumes:
        - name: config
          configMap: { name: shop-${i} }
---
apiVersion: v1
kind: Service
metadata: { name: shop-${i} }
spec:
  selector: { app.kubernetes.io/name: shop-${i} }
  ports: [{ name: http, port: 80, targetPort: http }]
`;
}

/** How fast manifests are planned. */
export const plan: Benchmark = {
  name: 'plan',
  about:
    `${MANIFESTS} manifests in ${FILES} files, half of them Deployments, read and counted, as a rate of manifests; ` +
    "against yaml's parseAllDocuments alone, which makes nothing of them.",
  async run() {
    const files = Array.from({ length: FILES }, (_, i) => ({ name: `${i}.yml`, text: manifest(i) }));
    const turns = await takeTurns(
      TURNS,
      async () => rateOf(() => planAll(files)),
      async () => rateOf(() => files.map(({ text }) => parseAllDocuments(text))),
    );
    const rates = pick(turns, (rate) => rate);
    return [
      compare('manifests planned', 'rate', 'yaml', rates, 0.5),
      observe(
        'manifests planned',
        'rate',
        rates.map(({ ours }) => ours),
        1_000,
      ),
    ];
  },
};

function planAll(files: readonly { readonly name: string; readonly text: string }[]): void {
  const none = new Set<string>();
  const read = readPlanFiles(files, {
    variables: new Map(),
    profiles: none,
    target: undefined,
    platforms: ['linux/amd64'],
    ignoredKinds: none,
    ignoredActions: none,
  });
  const options = { model: 'per-get', runtime: undefined, nodes: 20, clusters: 3 } as const;
  const facts = { platforms: ['linux/amd64'], known: new Map(), cached: none };
  const made = makePlan(read, { ...options, ...facts }, [], 0);
  if (made.cost.images.length !== 3 * FILES) throw new Error(`Images were lost: ${made.cost.images.length}`);
}

function rateOf(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return (MANIFESTS * 1_000) / (performance.now() - startedAt);
}
