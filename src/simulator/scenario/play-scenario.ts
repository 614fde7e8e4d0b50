import type { Clock, Timers } from '../../kit/clock.ts';
import { seededRandom } from '../../kit/seeded-random.ts';
import { createSimulatedHub, type SimulatedHub } from '../simulated-hub.ts';
import type { Scenario } from './scenario.ts';
import { createScenarioRun } from './scenario-run.ts';
import type { ScenarioSummary, Step } from './summary.ts';

/**
 * Plays a whole scenario at once on a new hub, whose clock jumps from event to event. The result depends only on the
 * scenario.
 * @param onStep called after each event
 */
export function playVirtual(
  scenario: Scenario,
  onStep: (step: Step) => void = () => undefined,
): ScenarioSummary {
  let now = scenario.startAt;
  const clock: Clock = { now: () => now, monotonicMs: () => now };
  // The ledger of this hub is not read: steps report what happened.
  const hub = createSimulatedHub({ clock, random: seededRandom(scenario.seed), ledgerCapacity: 1 });
  const run = createScenarioRun(scenario, hub, clock.now);
  for (let at = run.nextAt; at !== undefined; at = run.nextAt) {
    now = at;
    const step = run.runNext();
    if (step) onStep(step);
  }
  return run.summary(scenario.endAt);
}

/** Timers, clock and callback of a live scenario. */
export interface LivePorts {
  readonly timers: Timers;
  /** The clock of the hub: see `createScenarioClock`. */
  readonly clock: Clock;
  /** Factor by which that clock runs faster than the timers; that of the scenario by default. */
  readonly speed?: number;
  /** Called after each event. */
  readonly onStep?: (step: Step) => void;
}

/** A scenario that is being played. */
export interface LivePlay {
  /** Stops the scenario. */
  stop(): void;
  /** Resolves with the summary when the scenario has ended or was stopped. */
  readonly finished: Promise<ScenarioSummary>;
}

/** Largest number of events run without a timer between them: many are due after the machine was suspended. */
const MAX_AT_ONCE = 200;
/** Longest timer, in milliseconds (1 minute), because the clock may be changed meanwhile. */
const MAX_WAIT_MS = 60_000;

/** Returns a clock with the time of a scenario, which starts now and runs `speed` times faster than `clock`. */
export function createScenarioClock(clock: Clock, scenario: Scenario, speed: number = scenario.speed): Clock {
  const beganMs = clock.monotonicMs();
  const passedMs = (): number => (clock.monotonicMs() - beganMs) * speed;
  return { now: () => Math.floor(scenario.startAt + passedMs()), monotonicMs: passedMs };
}

/** Plays a scenario live on a hub, which other clients may use meanwhile: runs each event at its time. */
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
