import { describe, expect, test } from 'vitest';
import type { WebOptions } from '../../../src/web/web-options.ts';
import { run } from '../../cli/run-program.ts';
import { startWeb } from '../start-web.ts';
import { NOW, STATES } from '../states.ts';

const HOUR_MS = 3_600_000;
const point = {
  at: NOW - 2 * HOUR_MS,
  remaining: 76,
  limit: 100,
  windowSeconds: 21_600,
  spent: 3,
  outcome: 'limited' as const,
};
const POINTS = [
  point,
  {
    ...point,
    at: NOW - HOUR_MS,
    remaining: null,
    limit: null,
    windowSeconds: null,
    spent: null,
    outcome: 'failed' as const,
  },
];

/** A server with a past: readings, a failure, a block and a change. */
const PAST: Partial<WebOptions> = {
  series: (name, { from, to, step }) => ({
    name,
    from,
    to,
    stepMs: step === 'raw' ? null : 900_000,
    points: POINTS,
  }),
  bucketSeries: (name, { from, to }) => ({ name, from, to, stepMs: 900_000, points: POINTS }),
  changes: () => [{ kind: 'limit', at: NOW - 3 * HOUR_MS, from: 200, to: 100 }],
  routeOf: () => ({ localAddress: '192.0.2.9' }),
  recentProbes: () => ({
    newest: [],
    failures: [
      {
        at: NOW - HOUR_MS,
        durationMs: 12.4,
        outcome: { kind: 'failed', reason: 'tls', detail: 'self-signed | certificate <b>' },
      },
      {
        at: NOW - HOUR_MS + 1,
        durationMs: 9,
        outcome: { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 },
      },
      {
        at: NOW - 30 * 24 * HOUR_MS,
        durationMs: 9,
        outcome: { kind: 'failed', reason: 'dns', detail: 'too old' },
      },
    ],
  }),
};

async function ask(query: string, changes: Partial<WebOptions> = PAST) {
  const { url } = await startWeb(changes);
  const response = await fetch(new URL(`api/v1/report${query}`, url));
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('/api/v1/report', () => {
  test('is one Markdown document with all parts, escaped', async () => {
    const { status, headers, text } = await ask('?bucket=team');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="headroom-report-\d{4}-\d\d-\d\d\.md"$/,
    );
    expect(text.match(/^#+ .*$/gm)?.map((heading) => heading.replace(/: .*/, ''))).toEqual([
      '# Docker Hub rate limit',
      '## Sources',
      '## Changes of limit, window and source',
      '## Refusals and times without an answer',
      '## Requests of Headroom itself',
      '## Readings',
    ]);
    expect(text).toMatch(/^\| team \| yes \| from 192\.0\.2\.9 \| /m);
    expect(text).toMatch(/^\| \S+Z \| team \| limit \| 200 \| 100 \|$/m);
    expect(text).toMatch(/^\| \S+Z \| \S+Z \| No answer \|$/m);
    expect(text).toMatch(/^\| \S+Z \| team \| 12ms \| tls \| .*: self-signed \\\| certificate \\<b\\> \|$/m);
    expect(text).toMatch(/^\| \S+Z \| team \| 9ms \| blocked: abuse \| Retry-After: 60 s \|$/m);
    expect(text).not.toContain('too old');
    expect(text).toMatch(/^\| team \| 2 \| 0\.1 \|$/m);
    expect(text).toMatch(/^\| \S+Z \| 76 \| 100 \| 21600 \| 3 \| limited \|$/m);
  });

  test('contains all credentials of a bucket that its source names', async () => {
    const [state] = STATES.filter(({ known }) => known?.outcome.source !== undefined);
    const source = state?.known?.outcome.source?.value ?? '';
    const { text } = await ask(`?bucket=${encodeURIComponent(source)}`);
    const members = STATES.filter(({ known }) => known?.outcome.source?.value === source);
    for (const { identity } of members) expect(text).toMatch(new RegExp(`^\\| ${identity.name} \\|`, 'm'));
  });

  test('states what is not stored or not there', async () => {
    const { text } = await ask('?bucket=team', { recentProbes: () => undefined });
    expect(text).toContain('Not stored by this backend of the history.');
    expect(text).toContain('No refusal among');
    expect(text).toContain('None in this range.');
  });

  // the query, the status, the message
  test.each([
    ['', 400, 'The parameter bucket is missing; allowed are '],
    ['?bucket=x', 404, 'No bucket or credential has this name: \\"x\\"; the buckets are '],
    ['?bucket=team&from=yesterday', 400, 'The parameter from is not a time'],
    ['?bucket=team&from=2026-11-24&to=2026-11-23', 400, 'The range is empty: from must be before to'],
    ['?bucket=team&bucket=ci', 400, 'The parameter bucket is given more than once'],
  ])('rejects %s', async (query, status, message) => {
    const answer = await ask(query);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(message);
  });

  test('is linked from the page of a bucket, with its range', async () => {
    const { url } = await startWeb(PAST);
    const page = await (await fetch(new URL('buckets/192.0.2.1', url))).text();
    const [, href = ''] = /href="([^"]*api\/v1\/report[^"]*)" download/.exec(page) ?? [];
    const response = await fetch(new URL(href.replaceAll('&amp;', '&'), new URL('buckets/192.0.2.1', url)));
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^# Docker Hub rate limit: 192\.0\.2\.1\n/);
  });
});

describe('headroom report', () => {
  test('prints the document', async () => {
    const { url } = await startWeb({ ...PAST, routePrefix: '/headroom' });
    const { exitCode, stdout, stderr } = await run([
      'report',
      `--server=${url.href}`,
      '--bucket=team',
      '--from=2026-11-01T00:00:00Z',
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^# Docker Hub rate limit: .*\n\nFrom 2026-11-01T00:00:00\.000Z to /);
  });

  // the flags, the exit code, the message
  test.each([
    [['--bucket=x'], 2, 'No bucket or credential has this name: "x"; the buckets are'],
    [['--from=yesterday'], 2, 'a time such as'],
    [
      ['--bucket=team', '--server=http://127.0.0.1:1'],
      1,
      'No Headroom answers at http://127.0.0.1:1/api/v1/report: ',
    ],
    [['--server.username=ci'], 2, '--server.password-file is missing'],
  ])('ends with an error: %j', async (flags, exitCode, message) => {
    const { url } = await startWeb(PAST);
    const server = flags.some((flag) => flag.startsWith('--server=')) ? [] : [`--server=${url.href}`];
    const result = await run(['report', ...server, ...flags]);
    expect(result).toMatchObject({ exitCode, stdout: '' });
    expect(result.stderr).toContain(message);
  });
});
