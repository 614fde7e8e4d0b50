import { formatDuration } from '../../kit/duration.ts';
import type { HourRow, ScenarioSummary, TrafficRow } from '../../simulator/scenario/summary.ts';
import { alignColumns } from '../columns.ts';

const TRAFFIC_HEAD = ['PULLED', 'REFUSED', 'FAILED', 'PULLS', 'LEAST LEFT'];

/** What a scenario came to, as tables with a final newline: hour by hour, by team, by rollout. */
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

/** `Mon 2026-07-13 08:00`, in the scenario's own zone. */
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
