import { describeApiError } from '../../kit/kubernetes/api-client.ts';

const CONSEQUENCES = {
  access: 'The cluster cannot be read',
  events: 'Events cannot be read, so that no pulls are counted',
  pods: 'Pods cannot be read, so that workloads are guessed from the names of pods',
  nodes: 'Nodes cannot be read, so that pulls are counted as wider ranges',
  secrets: 'Pull secrets cannot be read, so that pulls with them count for the credential of the cluster',
} as const;

const RIGHTS = {
  access: 'get, list and watch for events and pods',
  events: 'get, list and watch for events',
  pods: 'get, list and watch for pods',
  nodes: 'get and list for nodes, which are optional',
  secrets: 'get for secrets, the rule { apiGroups: [""], resources: [secrets], verbs: [get] },',
} as const;

/**
 * Describes an error of the API server, with its consequence and what is needed: a sentence without a full stop, and
 * without secrets.
 */
export function describeApiProblem(subject: keyof typeof RIGHTS, error: unknown): string {
  return `${CONSEQUENCES[subject]}: ${describeApiError(error, RIGHTS[subject])}`;
}
