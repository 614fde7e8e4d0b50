import { groupOf } from './kinds-without-pods.ts';

/** The path of the pods of a kind, and the fields that determine their number. */
export interface WorkloadKind {
  /** The API groups, as before the slash of `apiVersion`. Empty text is the core group. */
  readonly groups: readonly string[];
  /** The path of the pod template, which has `metadata` and `spec`. Empty: the object itself. */
  readonly template: readonly string[];
  readonly count: 'one' | 'scaled' | 'replicas' | 'job' | 'every-node';
  /** The path of the object with `completions` and `parallelism`, or `replicas`. */
  readonly counted: readonly string[];
}

const TEMPLATE = ['spec', 'template'];
const SPEC = ['spec'];
const KNATIVE = 'serving.knative.dev';

/** Kinds that start pods: those of Kubernetes, and custom resources of the same structure. */
const WORKLOAD_KINDS: Readonly<Record<string, WorkloadKind>> = {
  Pod: { groups: [''], template: [], count: 'one', counted: [] },
  ReplicationController: { groups: [''], template: TEMPLATE, count: 'replicas', counted: SPEC },
  Deployment: { groups: ['apps', 'extensions'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  ReplicaSet: { groups: ['apps', 'extensions'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  StatefulSet: {
    groups: ['apps', 'apps.kruise.io'],
    template: TEMPLATE,
    count: 'replicas',
    counted: SPEC,
  },
  DaemonSet: {
    groups: ['apps', 'extensions', 'apps.kruise.io'],
    template: TEMPLATE,
    count: 'every-node',
    counted: SPEC,
  },
  Job: { groups: ['batch'], template: TEMPLATE, count: 'job', counted: SPEC },
  CronJob: {
    groups: ['batch'],
    template: ['spec', 'jobTemplate', 'spec', 'template'],
    count: 'job',
    counted: ['spec', 'jobTemplate', 'spec'],
  },
  Rollout: { groups: ['argoproj.io'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  CloneSet: { groups: ['apps.kruise.io'], template: TEMPLATE, count: 'replicas', counted: SPEC },
  DeploymentConfig: {
    groups: ['apps.openshift.io', ''],
    template: TEMPLATE,
    count: 'replicas',
    counted: SPEC,
  },
  // Knative starts one pod of a new revision, or as many as annotations demand, and scales it as requests come.
  Service: { groups: [KNATIVE], template: TEMPLATE, count: 'scaled', counted: SPEC },
  Configuration: { groups: [KNATIVE], template: TEMPLATE, count: 'scaled', counted: SPEC },
  Revision: { groups: [KNATIVE], template: [], count: 'scaled', counted: SPEC },
};

/** Returns the description of a kind that starts pods; undefined for other kinds. */
export function workloadKind(kind: string, apiVersion: string): WorkloadKind | undefined {
  const found = Object.hasOwn(WORKLOAD_KINDS, kind) ? WORKLOAD_KINDS[kind] : undefined;
  return found?.groups.includes(groupOf(apiVersion)) ? found : undefined;
}
