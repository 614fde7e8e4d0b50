import type { CredentialIdentity } from '../../../src/domain/credential-state.ts';
import type { Observation } from '../../../src/domain/result.ts';
import { seededRandom } from '../../../src/kit/seeded-random.ts';
import type { Origin, Scenario } from '../../../src/simulator/scenario/scenario.ts';
import { createScenarioRun } from '../../../src/simulator/scenario/scenario-run.ts';
import { createSimulatedHub } from '../../../src/simulator/simulated-hub.ts';
import { createProber } from './prober.ts';

/** What Headroom saw of a scenario. */
export interface Recording {
  readonly scenario: Scenario;
  readonly identities: readonly CredentialIdentity[];
  /** The address that each credential leaves from. */
  readonly routes: ReadonlyMap<string, string>;
  /** In the order of time. */
  readonly observations: readonly Observation[];
}

const JITTER_MS = 10_000;

/**
 * Plays a scenario on a virtual clock, and probes again and again, with jitter, by every way that its teams and caches
 * pull by: one credential for each account and each address.
 */
export function recordScenario(scenario: Scenario, intervalMs = 60_000): Recording {
  let now = scenario.startAt;
  const clock = { now: () => now, monotonicMs: () => now };
  const random = seededRandom(scenario.seed);
  const hub = createSimulatedHub({ clock, random: seededRandom(scenario.seed), ledgerCapacity: 1 });
  const performance = createScenarioRun(scenario, hub, clock.now);
  const ways = connectionsOf(scenario);
  const probers = ways.map(({ origin }) => {
    const account = scenario.accounts.find(({ name }) => name === origin.account);
    return createProber(hub, origin.source, account, clock.now);
  });
  const observations: Observation[] = [];
  for (let roundAt = scenario.startAt; roundAt < scenario.endAt; roundAt += intervalMs) {
    const round = ways.map(({ name }, i) => ({ name, at: roundAt + Math.floor(random() * JITTER_MS), i }));
    for (const { name, at, i } of round.sort((a, b) => a.at - b.at)) {
      for (let next = performance.nextAt; next !== undefined && next <= at; next = performance.nextAt) {
        now = next;
        performance.runNext();
      }
      now = at;
      const reading = probers[i]?.();
      if (!reading) continue;
      observations.push({ credential: name, at, durationMs: 100, intervalMs, reading });
    }
  }
  const identities = ways.map(({ name, origin }) => {
    return { name, hasLogin: origin.account !== undefined, fingerprint: name };
  });
  const routes = new Map(ways.map(({ name, origin }) => [name, origin.source]));
  return { scenario, identities, routes, observations };
}

/** Teams that share a way are probed once, by the name of the first. */
function connectionsOf({ teams, caches }: Scenario): { name: string; origin: Origin }[] {
  const ways = new Map<string, { name: string; origin: Origin }>();
  const direct = teams.flatMap(({ name, through }) => ('cache' in through ? [] : { name, origin: through }));
  for (const way of [...direct, ...caches.map((cache) => ({ name: cache.name, origin: cache as Origin }))]) {
    const key = way.origin.account ?? way.origin.source;
    if (!ways.has(key)) ways.set(key, way);
  }
  return [...ways.values()];
}
