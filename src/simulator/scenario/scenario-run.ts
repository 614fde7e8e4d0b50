import type { BucketOwner } from '../control.ts';
import type { SimulatedHub } from '../simulated-hub.ts';
import { createHubClient } from './hub-client.ts';
import { planScenario } from './plan-scenario.ts';
import { createNode, type Node, pullImage, type Upstream, withManifestCache } from './runtime.ts';
import {
  formatHubImage,
  type Origin,
  type PlannedPull,
  type Scenario,
  type ScenarioEvent,
  type Team,
} from './scenario.ts';
import { createTally, type ScenarioSummary, type Step } from './summary.ts';

/** Runs the events of a scenario on a hub, and keeps the state of its nodes and caches. */
interface EventRunner {
  run(event: ScenarioEvent): Step;
}

/** The upstream of a team, and the bucket that its pulls are counted in. */
interface TeamConnection {
  readonly upstream: Upstream;
  /** Owner of the bucket. */
  readonly bucket: BucketOwner;
}

/**
 * Prepares a hub for a scenario (accounts, profile and limits) and returns the runner of its events.
 * @param now returns the time of the hub, in milliseconds since the epoch
 */
function createEventRunner(scenario: Scenario, hub: SimulatedHub, now: () => number): EventRunner {
  const { control } = hub;
  control.setProfile(scenario.profile);
  control.setLimits(scenario.limits);
  for (const account of scenario.accounts) control.addAccount(account);
  const connections = connectionsOf(scenario, hub, now);
  const nodes = new Map<string, Node>();
  const faultIds = new Map<object, string>();

  function nodeOf({ team, node }: PlannedPull): Node {
    if (node === undefined) return createNode();
    const name = `${team.name} ${node}`;
    const known = nodes.get(name) ?? createNode();
    nodes.set(name, known);
    return known;
  }

  function pull(event: PlannedPull): Step {
    const { at, team, image, policy } = event;
    const { upstream, bucket } = connections.get(team.name) as TeamConnection;
    const pulled = pullImage(upstream, team.runtime, nodeOf(event), image, policy);
    const remaining = control.remaining(bucket);
    return { kind: 'pull', at, team: team.name, image: formatHubImage(image), ...pulled, remaining };
  }

  return {
    run(event) {
      const { at } = event;
      switch (event.kind) {
        case 'pull':
          return pull(event);
        case 'fault-begins':
          faultIds.set(event.fault, control.setFault(event.fault.fault, event.fault.scope).id);
          return { kind: 'change', at, text: `The fault ${event.fault.fault} begins` };
        case 'fault-ends':
          control.clearFault(faultIds.get(event.fault) ?? '');
          return { kind: 'change', at, text: `The fault ${event.fault.fault} ends` };
        case 'change': {
          const { profile, limits } = event.change;
          if (profile !== undefined) control.setProfile(profile);
          if (limits !== undefined) control.setLimits(limits);
          const { anonymous, personal, windowSeconds } = control.limits;
          const text = `The profile is ${control.profile}: ${anonymous} pulls anonymous, ${personal} signed in, in ${windowSeconds} s`;
          return { kind: 'change', at, text };
        }
      }
    },
  };
}

function connectionsOf(
  scenario: Scenario,
  hub: SimulatedHub,
  now: () => number,
): ReadonlyMap<string, TeamConnection> {
  const connectionOf = (origin: Origin): TeamConnection => {
    const account = scenario.accounts.find(({ name }) => name === origin.account);
    return {
      upstream: createHubClient(hub, { source: origin.source, account }, now),
      bucket: account ? { account: account.name } : { source: origin.source },
    };
  };
  const caches = new Map(
    scenario.caches.map((cache) => {
      const { upstream, bucket } = connectionOf(cache);
      return [
        cache.name,
        { upstream: withManifestCache(upstream, { manifests: new Map(), tags: new Map() }), bucket },
      ];
    }),
  );
  const throughOf = ({ through }: Team): TeamConnection =>
    'cache' in through ? (caches.get(through.cache) as TeamConnection) : connectionOf(through);
  return new Map(scenario.teams.map((team) => [team.name, throughOf(team)]));
}

/** Runs a scenario event by event. The caller advances the clock of the hub. */
interface ScenarioRun {
  /** Time of the next event, in milliseconds since the epoch; undefined at the end. */
  readonly nextAt: number | undefined;
  /** Runs the next event; undefined at the end. The clock of the hub must have reached `nextAt`. */
  runNext(): Step | undefined;
  summary(playedUntil: number): ScenarioSummary;
}

/** A failed pull of a rollout that will be repeated. */
interface Retry {
  readonly pull: PlannedPull;
  readonly attempts: number;
}

/** Delay of Kubernetes after the first failure, in milliseconds (10 s); doubled after each further failure. */
const FIRST_BACK_OFF_MS = 10_000;
/** Longest delay of Kubernetes, in milliseconds (5 minutes). */
const MAX_BACK_OFF_MS = 300_000;

/**
 * Prepares a hub for a scenario and plans its events. Refused pulls of traffic and bursts are not repeated; those of
 * rollouts are, until the end of the scenario, with the delays of Kubernetes (ImagePullBackOff).
 * @param now returns the time of the hub, in milliseconds since the epoch
 */
export function createScenarioRun(scenario: Scenario, hub: SimulatedHub, now: () => number): ScenarioRun {
  const runner = createEventRunner(scenario, hub, now);
  const tally = createTally(scenario);
  const plan = planScenario(scenario);
  let planned = plan.next().value ?? undefined;
  /** In order of time. */
  const retries: Retry[] = [];

  function takeNext(): Retry | ScenarioEvent | undefined {
    const retry = retries[0];
    if (retry && (!planned || retry.pull.at < planned.at)) return retries.shift();
    const event = planned;
    planned = plan.next().value ?? undefined;
    return event;
  }

  function retryLater({ pull, attempts }: Retry, at: number): void {
    const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (attempts - 1), MAX_BACK_OFF_MS);
    const retry = { pull: { ...pull, at: at + backOffMs }, attempts: attempts + 1 };
    if (retry.pull.at >= scenario.endAt) return;
    const later = retries.findIndex((other) => other.pull.at > retry.pull.at);
    retries.splice(later < 0 ? retries.length : later, 0, retry);
  }

  return {
    get nextAt() {
      const times = [planned?.at, retries[0]?.pull.at].filter((at) => at !== undefined);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    runNext() {
      const next = takeNext();
      if (!next) return undefined;
      const { pull, attempts } = 'attempts' in next ? next : { pull: next, attempts: 1 };
      const step = runner.run(pull);
      if (step.kind !== 'pull' || pull.kind !== 'pull') return step;
      tally.count(step, pull.rollout);
      if (pull.rollout && step.outcome !== 'pulled') retryLater({ pull, attempts }, step.at);
      return step;
    },
    summary: (playedUntil) => tally.summary(playedUntil),
  };
}
