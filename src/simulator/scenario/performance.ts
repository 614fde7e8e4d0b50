import type { SimulatedHub } from '../simulated-hub.ts';
import { planScenario } from './plan-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { PlannedPull, ScenarioEvent } from './scenario-event.ts';
import { createStage } from './stage.ts';
import type { Step } from './step.ts';
import { createTally, type ScenarioSummary } from './summary.ts';

/** A scenario that is being played, event by event; whoever plays it moves the hub's clock. */
export interface Performance {
  /** When the next event is due, in milliseconds since the epoch; undefined when there is none left. */
  readonly nextAt: number | undefined;
  /** Lets the next event happen. The hub's clock must have come to it. */
  performNext(): Step | undefined;
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
export function createPerformance(scenario: Scenario, hub: SimulatedHub, now: () => number): Performance {
  const stage = createStage(scenario, hub, now);
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
    performNext() {
      const next = takeNext();
      if (!next) return undefined;
      const { pull, attempts } = 'attempts' in next ? next : { pull: next, attempts: 1 };
      const step = stage.perform(pull);
      if (step.kind !== 'pull' || pull.kind !== 'pull') return step;
      tally.count(step, pull.rollout);
      if (pull.rollout && step.outcome !== 'pulled') retryLater({ pull, attempts }, step.at);
      return step;
    },
    summary: (playedUntil) => tally.summary(playedUntil),
  };
}
