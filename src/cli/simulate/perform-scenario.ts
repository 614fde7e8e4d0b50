import type { Clock, Timers } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { playLive } from '../../simulator/scenario/play-live.ts';
import type { Scenario } from '../../simulator/scenario/scenario.ts';
import type { Step } from '../../simulator/scenario/step.ts';
import type { SimulatedHub } from '../../simulator/simulated-hub.ts';
import type { TextSink } from '../command.ts';
import { describeSummary } from './summary-tables.ts';

/** What a scenario is performed with. */
export interface PerformanceParts {
  readonly scenario: Scenario;
  readonly hub: SimulatedHub;
  /** The hub's clock. */
  readonly clock: Clock;
  /** Times faster than the timers; undefined: the scenario's own. */
  readonly speed: number | undefined;
  readonly timers: Timers;
  readonly log: Log;
  readonly stdout: TextSink;
}

/** Plays a scenario on a hub that others use too, and prints what it came to when it is over or stopped. */
export function performScenario({ scenario, hub, clock, speed, timers, log, stdout }: PerformanceParts): {
  /** Ends it, and prints what it came to unless it is printed already. */
  stop(): Promise<void>;
} {
  log.info('Playing a scenario', { title: scenario.title, speed: speed ?? scenario.speed });
  const play = playLive(scenario, hub, {
    timers,
    clock,
    onStep: (step) => logStep(log, step),
    ...(speed === undefined ? {} : { speed }),
  });
  const printed = play.finished.then((summary) => {
    log.info('The scenario has ended');
    stdout.write(`\n${describeSummary(summary)}`);
  });
  return {
    stop() {
      play.stop();
      return printed;
    },
  };
}

/** Pulls are many; what changes the hub is what one wants to know of. */
function logStep(log: Log, step: Step): void {
  if (step.kind === 'change') {
    log.info('The scenario changes the hub', { change: step.text });
    return;
  }
  const { team, image, outcome, pulls, remaining } = step;
  log.debug('A team pulls', { team, image, outcome, pulls, remaining });
}
