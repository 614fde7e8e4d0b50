import type { Clock, Timers } from '../../kit/clock.ts';
import { seededRandom } from '../../kit/seeded-random.ts';
import { createSimulatedHub, type SimulatedHub } from '../simulated-hub.ts';
import type { Scenario } from './scenario.ts';
import { createScenarioRun } from './scenario-run.ts';
import type { ScenarioSummary, Step } from './summary.ts';

/**
 * Plays a scenario from beginning to end at once, on a hub of its own whose clock jumps from event to event. The same
 * scenario always comes to the same.
 * @param onStep hears of everything as it happens
 */
export function playVirtual(
  scenario: Scenario,
  onStep: (step: Step) => void = () => undefined,
): ScenarioSummary {
  let now = scenario.startAt;
  const clock: Clock = { now: () => now, monotonicMs: () => now };
  // Nobody asks for this ledger: the steps say what happened.
  const hub = createSimulatedHub({ clock, random: seededRandom(scenario.seed), ledgerCapacity: 1 });
  const run = createScenarioRun(scenario, hub, clock.now);
  for (let at = run.nextAt; at !== undefined; at = run.nextAt) {
    now = at;
    const step = run.runNext();
    if (step) onStep(step);
  }
  return run.summary(scenario.endAt);
}

/** What a scenario is played with. */
export interface LivePorts {
  readonly timers: Timers;
  /** The hub's own clock: see `createScenarioClock`. */
  readonly clock: Clock;
  /** How many times faster that clock runs than the timers; the scenario's own unless given. */
  readonly speed?: number;
  /** Hears of everything as it happens. */
  readonly onStep?: (step: Step) => void;
}

/** A scenario under way. */
export interface LivePlay {
  /** Lets nothing more happen. */
  stop(): void;
  /** What it came to, once it is over or has been stopped. */
  readonly finished: Promise<ScenarioSummary>;
}

/** Events that may happen in one go before others get their turn: a clock that was asleep has many due at once. */
const MAX_AT_ONCE = 200;
/** The longest wait between two looks at the clock, in milliseconds (1 minute), as it may be set. */
const MAX_WAIT_MS = 60_000;

/** A clock for a hub on which a scenario is played live: it shows the scenario's time, at the scenario's speed. */
export function createScenarioClock(clock: Clock, scenario: Scenario, speed: number = scenario.speed): Clock {
  const beganMs = clock.monotonicMs();
  const passedMs = (): number => (clock.monotonicMs() - beganMs) * speed;
  return { now: () => Math.floor(scenario.startAt + passedMs()), monotonicMs: passedMs };
}

/** Plays a scenario on a hub, beside all who ask it meanwhile, as its clock comes to each event. */
export function playLive(scenario: Scenario, hub: SimulatedHub, ports: LivePorts): LivePlay {
  const { timers, clock, speed = scenario.speed, onStep } = ports;
  const run = createScenarioRun(scenario, hub, clock.now);
  let isStopped = false;
  let cancel = (): void => undefined;
  let finish: (summary: ScenarioSummary) => void = () => undefined;
  const finished = new Promise<ScenarioSummary>((resolve) => {
    finish = resolve;
  });

  function catchUp(): void {
    for (let done = 0; done < MAX_AT_ONCE && isDue(run.nextAt); done++) {
      const step = run.runNext();
      if (step) onStep?.(step);
      if (isStopped) return;
    }
    if (run.nextAt === undefined && clock.now() >= scenario.endAt) {
      finish(run.summary(scenario.endAt));
      return;
    }
    const nextAt = run.nextAt ?? scenario.endAt;
    const waitMs = Math.ceil((nextAt - clock.now()) / speed);
    cancel = timers.after(Math.min(Math.max(0, waitMs), MAX_WAIT_MS), catchUp);
  }

  function isDue(at: number | undefined): boolean {
    return at !== undefined && at <= clock.now();
  }

  catchUp();
  return {
    stop() {
      isStopped = true;
      cancel();
      finish(run.summary(Math.min(clock.now(), scenario.endAt)));
    },
    finished,
  };
}
