import type { Clock, Timers } from '../../kit/clock.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { Log } from '../../kit/log.ts';
import { playLive } from '../../simulator/scenario/play-scenario.ts';
import type { Scenario } from '../../simulator/scenario/scenario.ts';
import type { HourRow, ScenarioSummary, Step, TrafficRow } from '../../simulator/scenario/summary.ts';
import type { SimulatedHub } from '../../simulator/simulated-hub.ts';
import type { TextSink } from '../command.ts';
import { alignColumns } from '../command.ts';

const TRAFFIC_HEAD = ['PULLED', 'REFUSED', 'FAILED', 'PULLS', 'LEAST LEFT'];

/** Describes the results of a scenario as tables (by hour, team and rollout), with a final newline. */
export function describeSummary(summary: ScenarioSummary): string {
  const { title, hours, teams, rollouts, timeZone } = summary;
  const formatHour = hourFormat(timeZone);
  const tables = [
    alignColumns([
      [`HOUR (${timeZone})`, 'TEAM', ...TRAFFIC_HEAD],
      ...hours.map((row: HourRow) => [formatHour(row.at), ...trafficCells(row)]),
    ]),
    alignColumns([['TEAM', ...TRAFFIC_HEAD], ...teams.map(trafficCells)]),
  ];
  if (rollouts.length > 0) {
    tables.push(
      alignColumns([
        ['ROLLOUT OF', 'BEGINS', 'IMAGES', 'PULLED', 'COMPLETE'],
        ...rollouts.map(({ team, at, images, pulled, completedAt }) => [
          team,
          formatHour(at),
          String(images),
          String(pulled),
          completedAt === undefined ? 'never' : `after ${formatDuration(roundToSeconds(completedAt - at))}`,
        ]),
      ]),
    );
  }
  return `${[title, ...tables].join('\n\n')}\n`;
}

function trafficCells({ team, pulled, refused, failed, pulls, leastRemaining }: TrafficRow): string[] {
  return [team, ...[pulled, refused, failed, pulls, leastRemaining ?? '-'].map(String)];
}

/** Returns a formatter for times in a time zone, such as `Mon 2026-07-13 08:00`. */
function hourFormat(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.weekday} ${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`;
  };
}

function roundToSeconds(durationMs: number): number {
  return Math.round(durationMs / 1_000) * 1_000;
}

/** Options of `playScenario`. */
export interface PlayOptions {
  readonly scenario: Scenario;
  readonly hub: SimulatedHub;
  /** The clock of the hub. */
  readonly clock: Clock;
  /** Factor by which that clock runs faster than the timers; undefined: that of the scenario. */
  readonly speed: number | undefined;
  readonly timers: Timers;
  readonly log: Log;
  readonly stdout: TextSink;
}

/** Plays a scenario on a hub, and prints the results when it has ended or is stopped. */
export function playScenario({ scenario, hub, clock, speed, timers, log, stdout }: PlayOptions): {
  /** Stops the scenario. Resolves when the results are printed. */
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

/** Logs a change of the hub at level info, a pull at level debug, because pulls are many. */
function logStep(log: Log, step: Step): void {
  if (step.kind === 'change') {
    log.info('The scenario changes the hub', { change: step.text });
    return;
  }
  const { team, image, outcome, pulls, remaining } = step;
  log.debug('A team pulls', { team, image, outcome, pulls, remaining });
}
