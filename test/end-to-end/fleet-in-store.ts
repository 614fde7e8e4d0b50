import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, waitUntil } from '../metrics/prometheus-server.ts';
import { describeWithProgram } from '../requires-program.ts';
import { type RunningHeadroom, startHeadroom } from './running-headroom.ts';

/** What scrapes Headrooms and answers queries. */
export interface Store {
  readonly url: string;
  stop(): Promise<void>;
}

/** Asked every second, so that what happens is seen soon. */
const OFTEN = { schedule: '* * * * * *', jitter: '0s' };
const CI = { name: 'ci', username: 'acmeci', password: 'right', ...OFTEN };
const CREDENTIALS = [{ name: 'anonymous', ...OFTEN }, CI];

interface HistoryOfApi {
  readonly stepSeconds: number;
  readonly points: readonly Record<string, unknown>[];
}
type CredentialOfApi = Record<'name' | 'standing' | 'up' | 'remaining' | 'labels', unknown>;

/**
 * Two whole Headrooms in clusters of their own, scraped by a real store that the northern one reads.
 * @param program what has to be installed
 * @param start starts the store with scrape jobs, as YAML
 */
export function describeFleetIn(program: string, start: (scrapeConfigs: string) => Promise<Store>): void {
  describeWithProgram(program, `a fleet of two in a real ${program}`, () => {
    let north: RunningHeadroom;
    let south: RunningHeadroom;
    let server: Store;
    let folder: string;
    let startNorth: () => Promise<RunningHeadroom>;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'headroom-north-'));
      const [northPort, southPort] = [await freePort(), await freePort()];
      server = await start(scrapeConfigs(northPort, southPort));
      const prometheus = { url: server.url, matcher: 'job="headroom"' };
      startNorth = () =>
        startHeadroom({
          settings: () => ({
            credentials: CREDENTIALS,
            history: { backend: 'prometheus', path: join(folder, 'headroom.db'), prometheus },
            web: { listen_address: `127.0.0.1:${northPort}` },
          }),
          prepare: (control) => void control.addAccount({ name: 'acmeci', password: 'right' }),
        });
      north = await startNorth();
      south = await startHeadroom({
        settings: ({ folder: own }) => ({
          credentials: CREDENTIALS,
          history: { path: join(own, 'headroom.db') },
          web: { listen_address: `127.0.0.1:${southPort}` },
        }),
        prepare(control) {
          control.addAccount({ name: 'acmeci', password: 'right' });
          control.spend({ source: '127.0.0.1', pulls: 100 });
        },
      });
    });

    afterAll(async () => {
      await north?.stop();
      await south?.stop();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function credentials(): Promise<CredentialOfApi[]> {
      return (await north.get('/api/v1/credentials')).json() as Promise<CredentialOfApi[]>;
    }

    /** A first query may see no scrape of the northern Headroom: its series are known only from a later query. */
    async function waitUntilOwnSeriesAreKnown(): Promise<void> {
      await waitUntil(async () => expect(north.logLines.join('')).toContain('has found its own series'));
    }

    test('shows the other Headroom, and itself only once', async () => {
      await waitUntil(async () => {
        const told = (await credentials()).map(({ name, labels, remaining }) => ({
          name,
          labels,
          remaining,
        }));
        expect(told).toEqual([
          { name: 'anonymous', labels: null, remaining: 100 },
          { name: 'ci', labels: null, remaining: 200 },
          { name: 'anonymous', labels: { cluster: 'south' }, remaining: 0 },
          { name: 'ci', labels: { cluster: 'south' }, remaining: 200 },
        ]);
      });
      const page = await (await north.get('/')).text();
      expect(page).toContain('2 credentials of 1 other Headroom');
      expect(page).toContain('<bdi>south</bdi>');
    });

    test('answers its own past, and no other', async () => {
      await waitUntilOwnSeriesAreKnown();
      await waitUntil(async () => {
        const response = await north.get('/api/v1/credentials/anonymous/history');
        const { stepSeconds, points } = (await response.json()) as HistoryOfApi;
        expect(stepSeconds).toBe(60);
        expect(points.length).toBeGreaterThanOrEqual(1_440);
        expect(points[0]).toMatchObject({ remaining: null, limit: null, outcome: null });
        expect(points.at(-1)).toMatchObject({
          remaining: 100,
          limit: 100,
          windowSeconds: 3_600,
          outcome: 'limited',
        });
      });
      expect((await north.get('/api/v1/credentials/other/history')).status).toBe(404);
      expect((await north.get('/api/v1/credentials/ci/history?step=raw')).status).toBe(400);
    });

    test('answers long cells by the newest sample within', async () => {
      const { points, stepSeconds } = (await (
        await north.get('/api/v1/credentials/ci/history?step=1h')
      ).json()) as HistoryOfApi;
      expect(stepSeconds).toBe(3_600);
      expect(points.at(-1)).toMatchObject({ remaining: 200, limit: 200, outcome: 'limited' });
    });

    test('recognizes its own series at once after a restart', async () => {
      await waitUntilOwnSeriesAreKnown();
      await north.stop();
      north = await startNorth();
      const told = await waitUntil(async () => {
        const all = await credentials();
        expect(all.length).toBeGreaterThan(2);
        return all;
      });
      expect(told.map(({ labels }) => labels)).toEqual([
        null,
        null,
        { cluster: 'south' },
        { cluster: 'south' },
      ]);
      const answer = await north.get('/api/v1/credentials/ci/history?step=1h');
      expect(answer.status).toBe(200);
      expect(((await answer.json()) as HistoryOfApi).points.at(-1)).toMatchObject({ remaining: 200 });
    });

    test('keeps its own credentials, and reports it, when the store is gone', async () => {
      await server.stop();
      await waitUntil(async () => {
        const page = await (await north.get('/')).text();
        expect(page).toContain(`The fleet cannot be read: ${server.url} cannot be reached: ECONNREFUSED.`);
        expect(page).toContain('Yes, you can deploy');
      });
      const response = await north.get('/api/v1/credentials/ci/history');
      expect(response.status).toBe(503);
    });
  });
}

/** The first job is the fleet; the second is what the matcher leaves out. */
function scrapeConfigs(northPort: number, southPort: number): string {
  return `
- job_name: headroom
  static_configs:
    - { targets: ['127.0.0.1:${northPort}'], labels: { cluster: north } }
    - { targets: ['127.0.0.1:${southPort}'], labels: { cluster: south } }
- job_name: somebody-else
  static_configs: [{ targets: ['127.0.0.1:${northPort}'], labels: { cluster: other } }]
`;
}
