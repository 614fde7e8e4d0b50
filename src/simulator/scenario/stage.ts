import type { Bucketed } from '../control.ts';
import type { SimulatedHub } from '../simulated-hub.ts';
import { askFrugally } from './frugal-upstream.ts';
import { createHubClient } from './hub-client.ts';
import { formatHubImage } from './hub-image.ts';
import { createNode, type Node, pullImage } from './runtime.ts';
import type { Origin, Scenario, Team } from './scenario.ts';
import type { PlannedPull, ScenarioEvent } from './scenario-event.ts';
import type { Step } from './step.ts';
import type { Upstream } from './upstream.ts';

/** A hub with everybody who pulls from it, ready for the events of a scenario. */
export interface Stage {
  perform(event: ScenarioEvent): Step;
}

/** How a team reaches the hub. */
interface Way {
  readonly upstream: Upstream;
  /** Whose bucket its pulls are counted in. */
  readonly bucket: Bucketed;
}

/**
 * Sets a hub up for a scenario: accounts, profile and limits.
 * @param now the hub's time, in milliseconds since the epoch
 */
export function createStage(scenario: Scenario, hub: SimulatedHub, now: () => number): Stage {
  const { control } = hub;
  control.setProfile(scenario.profile);
  control.setLimits(scenario.limits);
  for (const account of scenario.accounts) control.addAccount(account);
  const ways = waysOf(scenario, hub, now);
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
    const { upstream, bucket } = ways.get(team.name) as Way;
    const pulled = pullImage(upstream, team.runtime, nodeOf(event), image, policy);
    const remaining = control.remaining(bucket);
    return { kind: 'pull', at, team: team.name, image: formatHubImage(image), ...pulled, remaining };
  }

  return {
    perform(event) {
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

function waysOf(scenario: Scenario, hub: SimulatedHub, now: () => number): ReadonlyMap<string, Way> {
  const wayOf = (origin: Origin): Way => {
    const account = scenario.accounts.find(({ name }) => name === origin.account);
    return {
      upstream: createHubClient(hub, { source: origin.source, account }, now),
      bucket: account ? { account: account.name } : { source: origin.source },
    };
  };
  const caches = new Map(
    scenario.caches.map((cache) => {
      const { upstream, bucket } = wayOf(cache);
      return [
        cache.name,
        { upstream: askFrugally(upstream, { manifests: new Map(), tags: new Map() }), bucket },
      ];
    }),
  );
  const throughOf = ({ through }: Team): Way =>
    'cache' in through ? (caches.get(through.cache) as Way) : wayOf(through);
  return new Map(scenario.teams.map((team) => [team.name, throughOf(team)]));
}
