import { expect } from 'vitest';
import { parseExposition, parseLabels } from '../metrics/parse-exposition.ts';
import type { RunningHeadroom } from './running-headroom.ts';

/** The values of a scrape about one credential; undefined where it has none. */
export interface Exported {
  readonly up: number | undefined;
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly windowSeconds: number | undefined;
  readonly enforced: number | undefined;
  readonly sources: readonly string[];
  /** Reasons of the failures so far. */
  readonly failures: Readonly<Record<string, number>>;
  /** The whole of it in the text format. */
  readonly text: string;
}

/** How a scraper requests each format. */
export const ACCEPT = {
  text: 'text/plain;version=0.0.4',
  openMetrics: 'application/openmetrics-text;version=1.0.0',
} as const;

/**
 * Scrapes a running Headroom in both formats, both of which must be valid and say the same of the credential.
 * @throws when it is not healthy, or answers something else than an exposition
 */
export async function scrape(headroom: RunningHeadroom, credential = 'anonymous'): Promise<Exported> {
  expect((await headroom.get('/-/healthy')).status).toBe(200);
  const text = await scrapeAs(headroom, ACCEPT.text);
  const openMetrics = await scrapeAs(headroom, ACCEPT.openMetrics);
  expect(openMetrics.endsWith('\n# EOF\n')).toBe(true);
  const exported = readExposition(text, credential);
  expect({ ...readExposition(openMetrics, credential), text }).toEqual(exported);
  return exported;
}

/** The values of an exposition about one credential. */
export function readExposition(text: string, credential = 'anonymous'): Exported {
  const { samples } = parseExposition(text);
  const own = [...samples]
    .map(([series, value]) => ({
      name: series.split('{')[0] ?? '',
      labels: parseLabels(`${series} 0`),
      value: Number(value),
    }))
    .filter(({ labels }) => labels.credential === credential);
  const find = (name: string) => own.find((sample) => sample.name === name)?.value;
  const failures = own.filter(({ name, value }) => name === 'dockerhub_poll_failures_total' && value > 0);
  const sources = own.filter(({ name }) => name === 'dockerhub_ratelimit_source_info');
  return {
    up: find('dockerhub_up'),
    limit: find('dockerhub_ratelimit_limit'),
    remaining: find('dockerhub_ratelimit_remaining'),
    windowSeconds: find('dockerhub_ratelimit_window_seconds'),
    enforced: find('dockerhub_ratelimit_enforced'),
    sources: sources.map(({ labels }) => labels.source ?? ''),
    failures: Object.fromEntries(failures.map(({ labels, value }) => [labels.reason, value])),
    text,
  };
}

async function scrapeAs(headroom: RunningHeadroom, accept: string): Promise<string> {
  const response = await headroom.get('/metrics', { headers: { accept } });
  expect(response.status).toBe(200);
  return await response.text();
}
