import { expect, onTestFinished, test } from 'vitest';
import { createQueryClient } from '../../../src/history/prometheus/query-client.ts';
import { createStoredPast } from '../../../src/history/prometheus/stored-past.ts';
import { describeWithProgram } from '../../requires-program.ts';
import { anonymous } from '../fixtures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How much of a past there is: more than a week, so that it takes two questions. */
const DAYS = 9;
const SOURCE = '192.0.2.1';

/** A store that holds what a Headroom in the cluster north exported. */
export interface FilledStore {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * What forecasts are given from a real store: nine days of minutes until the start of this hour.
 * @param programs what has to be installed
 * @param start starts the store with samples in OpenMetrics' text form, their moments in seconds
 */
export function describeStoredPastIn(
  programs: readonly string[],
  start: (openMetrics: string) => Promise<FilledStore>,
): void {
  describeWithProgram(programs, `the stored past in a real ${programs[0]}`, () => {
    test('gives back every probe of a day, and the pulls of each hour', async () => {
      const until = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
      const store = await start(exposition(until));
      onTestFinished(() => store.stop());
      const client = createQueryClient({
        url: new URL(store.url),
        caFile: undefined,
        env: {},
        readAuthorization: async () => undefined,
      });
      onTestFinished(() => client.close());
      const past = createStoredPast({
        client,
        ownLabels: { all: () => [[['cluster', 'north']]] },
        matchers: [{ label: 'job', operator: '=', value: 'headroom' }],
        whenReadable: async () => undefined,
        clock: { now: () => until },
      });

      const samples = await past.recentSamples(anonymous('ci'), until - DAY_MS);
      const hours = await past.hourlySpending(anonymous('ci'), SOURCE, until - 8 * 7 * DAY_MS);

      expect(samples.length).toBeGreaterThanOrEqual(DAY_MS / MINUTE_MS - 2);
      expect(samples.at(-1)).toEqual({
        kind: 'limited',
        at: polledAt(until - MINUTE_MS),
        limit: 1_000,
        remaining: 1_000 - 59,
        windowSeconds: 3_600,
        source: SOURCE,
      });
      expect(hours.length).toBeGreaterThanOrEqual(DAYS * 24 - 1);
      // The first hour of all lacks what led to it.
      const counts = hours.slice(1).map(({ spent }) => spent);
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(58);
      expect(Math.max(...counts)).toBeLessThanOrEqual(61);
    });
  });
}

/** Each probe ended 10.123 s before it was scraped. */
function polledAt(scrapedAt: number): number {
  return scrapedAt - 10_123;
}

/** A pull a minute of 1,000 in an hour, all back at the hour. */
function exposition(until: number): string {
  const instants: number[] = [];
  for (let at = until - DAYS * DAY_MS; at < until; at += MINUTE_MS) instants.push(at);
  const family = (name: string, value: (at: number) => number, labels = '') =>
    `# TYPE dockerhub_${name} gauge\n${instants
      .map(
        (at) =>
          `dockerhub_${name}{job="headroom",cluster="north",credential="ci"${labels}} ${value(at)} ${at / 1_000}\n`,
      )
      .join('')}`;
  return [
    family('ratelimit_limit', () => 1_000),
    family('ratelimit_remaining', (at) => 1_000 - (at % HOUR_MS) / MINUTE_MS),
    family('ratelimit_window_seconds', () => 3_600),
    family('ratelimit_enforced', () => 1),
    family('ratelimit_source_info', () => 1, `,source="${SOURCE}",kind="ipv4"`),
    family('last_success_timestamp_seconds', (at) => polledAt(at) / 1_000),
    '# EOF\n',
  ].join('');
}
