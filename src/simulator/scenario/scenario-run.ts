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

/** A hub with everybody who pulls from it, ready for the events of a scenario. */
interface EventRunner {
  run(event: ScenarioEvent): Step;
}

/** How a team reaches the hub. */
interface TeamConnection {
  readonly upstream: Upstream;
  /** Whose bucket its pulls are counted in. */
  readonly bucket: BucketOwner;
}

/**
 * Sets a hub up for a scenario: accounts, profile and limits.
 * @param now the hub's time, in milliseconds since the epoch
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

/** A scenario that is being played, event by event; whoever plays it moves the hub's clock. */
interface ScenarioRun {
  /** When the next event is due, in milliseconds since the epoch; undefined when there is none left. */
  readonly nextAt: number | undefined;
  /** Lets the next event happen. The hub's clock must have come to it. */
  runNext(): Step | undefined;
  summary(playedUntil: number): ScenarioSummary;
}

/** A pull of a rollout that has not worked yet. */
interface Retry {
  readonly pull: PlannedPull;
  readonly attempts: number;
}

/** Kubernetes waits so long after the first failure, in milliseconds (10 s), and twice as long after each further. */
const FIRST_BACK_OFF_MS = 10_000;
/** And never longer than this, in milliseconds (5 minutes). */
const MAX_BACK_OFF_MS = 300_000;

/**
 * Raises the curtain: sets the hub up and plans the events. Traffic that is refused is lost, as a build is that fails;
 * a rollout tries until it has its image, as Kubernetes does (ImagePullBackOff).
 * @param now the hub's time, in milliseconds since the epoch
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
