import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { WebOptions } from '../../src/web/web-options.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { alertServiceOf } from '../web/alert-service.ts';
import { startWeb } from '../web/start-web.ts';
import { NOW, STATES } from '../web/states.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

const rows: AttackRow[] = [];
const HOUR_MS = 3_600_000;
const PLAIN = { contentType: 'text/plain', body: [Buffer.from('up 1\n')] };

/** A Headroom under attack, with counts of the effects. */
interface Attacked {
  readonly url: URL;
  /** Requests to Docker Hub, reloads and silences that visitors have caused. */
  readonly asked: string[];
  readonly reloads: () => number;
  readonly silenced: () => number;
  readonly lines: ReturnType<typeof createLogRecorder>['lines'];
  readonly time: { nowMs: number };
}

async function startAttacked(changes: Partial<WebOptions> = {}): Promise<Attacked> {
  const asked: string[] = [];
  const time = { nowMs: 0 };
  let reloads = 0;
  let silenced = 0;
  const { log, lines } = createLogRecorder();
  const desk = alertServiceOf({});
  const { url } = await startWeb({
    log,
    clock: { now: () => NOW, monotonicMs: () => time.nowMs },
    alerts: {
      ...desk,
      silence: (wish) => {
        silenced += 1;
        return desk.silence(wish);
      },
    },
    probe: async (name, { mayPoll: mayAsk }) => {
      if (mayAsk) asked.push(name);
      return PLAIN;
    },
    pollNow: async (name) => {
      asked.push(name);
      return 'probed';
    },
    reload: async () => {
      reloads += 1;
      return { ok: true };
    },
    ...changes,
  });
  return { url, asked, reloads: () => reloads, silenced: () => silenced, lines, time };
}

/** Sends raw bytes and returns the status of the response; undefined if there is none. */
function sendRaw(url: URL, text: string, end: 'wait' | 'cut' = 'wait'): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      if (end === 'wait') socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () =>
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? Number.NaN) || undefined),
    );
    socket.write(text, () => {
      if (end === 'cut') socket.resetAndDestroy();
    });
  });
}

function reloadRaw(url: URL, headers: string, target = '/-/reload', version = '1.1') {
  return sendRaw(
    url,
    `POST ${target} HTTP/${version}\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}

const counted = (statuses: readonly (number | undefined)[]) =>
  [...new Set(statuses)]
    .sort((a = 0, b = 0) => a - b)
    .map((status) => `${status} ${statuses.filter((one) => one === status).length} times`)
    .join(', ');

describe('visitors', () => {
  test('an hour of /probe, /poll and the API, every ten seconds for every credential', async () => {
    const { url, asked, time } = await startAttacked();
    const [first = ''] = STATES.map(({ identity }) => identity.name);
    const statuses: number[] = [];
    for (; time.nowMs < HOUR_MS; time.nowMs += 10_000) {
      const post = {
        method: 'POST',
        body: new URLSearchParams({ credential: first }),
        redirect: 'manual',
      } as const;
      const answers = await Promise.all([
        fetch(new URL(`probe?credential=${first}`, url)),
        fetch(new URL('poll', url), post),
        fetch(new URL('api/v1/poll', url), post),
      ]);
      for (const answer of answers) await answer.arrayBuffer();
      statuses.push(answers[0].status, answers[2].status);
      if (answers[2].status === 429) expect(Number(answers[2].headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(asked.length).toBeLessThanOrEqual(65);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    rows.push({
      attack: '1,080 requests to poll one credential within an hour, by `/probe`, `/poll` and the API',
      measured: `sends ${asked.length} of them to Docker Hub, in addition to the 60 of the schedule`,
      seen: '`/probe` 200 with the last reading, the API 429 with `Retry-After`, the page "Try again in a while"',
    });
  });

  test('images on pages of other sites with the URL of /probe', async () => {
    const { url, asked, time } = await startAttacked();
    const statuses: number[] = [];
    for (const site of ['cross-site', 'same-site', 'cross-site', 'nonsense']) {
      const answer = await fetch(new URL('probe?credential=team', url), {
        headers: { 'sec-fetch-site': site },
      });
      statuses.push(answer.status);
      time.nowMs += 60_000;
    }
    expect(asked).toEqual([]);
    await fetch(new URL('probe?credential=team', url));
    expect(asked).toEqual(['team']);
    rows.push({
      attack: 'an image on a page of another site, with the URL of `/probe`',
      measured: `answers ${counted(statuses)}, and polls Docker Hub 0 times`,
      seen: 'the last reading; the budget is untouched',
    });
  });

  test('changes from another machine, by a proxy of this one', async () => {
    const { url, reloads, silenced, asked } = await startAttacked();
    const paths = [
      '-/reload',
      '-/backup',
      'poll',
      'api/v1/poll',
      'alerts/silence',
      'alerts/unsilence',
      'api/v1/silences',
    ];
    const proxies = [
      { 'x-forwarded-for': '203.0.113.9' },
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=203.0.113.9' },
      { 'x-real-ip': '203.0.113.9' },
      { via: '1.1 proxy' },
    ];
    const body = new URLSearchParams({
      credential: 'team',
      subject: 'source a',
      author: 'eve',
      duration: '30d',
    });
    const statuses: number[] = [];
    for (const headers of proxies) {
      for (const path of paths) {
        const answer = await fetch(new URL(path, url), { method: 'POST', headers, body, redirect: 'manual' });
        expect(await answer.text()).toContain('web.enable_admin: true');
        statuses.push(answer.status);
      }
      const ended = await fetch(new URL('api/v1/silences/s1', url), { method: 'DELETE', headers });
      statuses.push(ended.status);
      const page = await (await fetch(new URL('alerts', url), { headers })).text();
      expect(page).not.toContain('action="./alerts/silence"');
      expect(page).toContain('web.enable_admin: true');
    }
    expect([reloads(), silenced(), asked.length]).toEqual([0, 0, 0]);
    rows.push({
      attack: 'reload, poll, silence, unsilence by a proxy of this machine, without authentication',
      measured: `answers ${counted(statuses)}; reloads ${reloads()}, silences ${silenced()}, polls ${asked.length}`,
      seen: '403 that names `web.enable_admin` and `basic_auth_users`; pages without buttons; a line in the log at the start',
    });
  });

  test('web.enable_admin allows changes from other machines', async () => {
    const { url, reloads } = await startAttacked({ enableAdmin: true });
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    expect((await fetch(new URL('-/reload', url), { method: 'POST', headers })).status).toBe(200);
    expect(reloads()).toBe(1);
  });

  // headers, target and version, status; without them by a program on this machine
  test('foreign names that resolve to this machine', async () => {
    const { url, reloads } = await startAttacked({
      enableAdmin: true,
      externalUrl: 'https://Headroom.example.com/x',
      allowedHosts: ['tools.example.com'],
    });
    const bad = await Promise.all([
      reloadRaw(url, 'Host: evil.example\r\n'),
      reloadRaw(url, 'Host: evil.example:10429\r\n'),
      reloadRaw(url, 'Host: localhost.evil.example\r\n'),
      reloadRaw(url, 'Host: 127.0.0.1.evil.example\r\n'),
      reloadRaw(url, 'Host: headroom.example.com.evil.example\r\n'),
      reloadRaw(url, 'Host: 203.0.113.200\r\n'),
      reloadRaw(url, 'Host: [2001:db8::bad]\r\n'),
      reloadRaw(url, 'Host: localhost\r\n', 'http://evil.example/-/reload'),
      reloadRaw(url, 'Host: evil.example\r\n', 'http://localhost/-/reload'),
      reloadRaw(url, 'Host: localhost\r\nX-Forwarded-Host: evil.example\r\n'),
    ]);
    expect(bad).toEqual(bad.map(() => 403));
    const malformed = await Promise.all([
      reloadRaw(url, ''),
      reloadRaw(url, '', '/-/reload', '1.0'),
      reloadRaw(url, 'Host:\r\n'),
      reloadRaw(url, 'Host: localhost\r\nHost: localhost\r\n'),
      reloadRaw(url, 'Host: evil@localhost\r\n'),
      reloadRaw(url, 'Host: localhost, evil.example\r\n'),
    ]);
    expect(malformed).toEqual(malformed.map(() => 400));
    expect(reloads()).toBe(0);
    const good = await Promise.all(
      [
        'localhost',
        'LOCALHOST.:1',
        '[::1]:10429',
        '127.0.0.1',
        'HEADROOM.example.com.',
        'tools.example.com:8080',
      ].map((host) => reloadRaw(url, `Host: ${host}\r\n`)),
    );
    expect(good).toEqual(good.map(() => 200));
    rows.push({
      attack: 'a reload under a foreign `Host` (DNS rebinding), in absolute form, by `X-Forwarded-Host`',
      measured: `answers ${counted(bad)}; a missing, repeated or malformed \`Host\` ${counted(malformed)}; own names ${counted(good)}`,
      seen: '403 that names `web.allowed_hosts`',
    });
  });

  test('unreadable bodies', async () => {
    const { url, lines } = await startAttacked();
    const target = new URL('api/v1/silences', url);
    const send = async (
      type: string,
      body: string | Uint8Array<ArrayBuffer>,
      headers: Record<string, string> = {},
    ) => {
      const init = { method: 'POST', body, headers: { 'content-type': type, ...headers } };
      const answer = await fetch(target, init);
      const { error } = (await answer.json()) as { error: { code: string } };
      return `${answer.status} ${error.code}`;
    };
    const json = 'application/json';
    const form = 'application/x-www-form-urlencoded';
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000, 0x20)));
    const answers = {
      tooLarge: await Promise.all([
        send(json, `"${'a'.repeat(20_000)}"`),
        send(form, `a=${'a'.repeat(20_000)}`),
        send(form, 'a=1&'.repeat(200)),
        send(json, bomb, { 'content-encoding': 'gzip' }),
      ]),
      otherType: await Promise.all([
        send('text/plain', 'a=1'),
        send('application/xml', '<a/>'),
        send('', 'a'),
        send(`${json}; charset=klingon`, '{}'),
        send(`${form}; charset=utf-16`, 'a=1'),
        send(json, '{}', { 'content-encoding': 'compress' }),
      ]),
      malformed: await Promise.all([
        send(json, '{'),
        send(json, '7'),
        send(json, '[]'),
        send(json, '{"duration": ["1h"]}'),
        send(json, 'no gzip', { 'content-encoding': 'gzip' }),
        send(form, '%zz=%zz'),
        send(form, 'duration=1h&duration=2h'),
        send(json, '{"__proto__": {"duration": "1h"}}'),
        send(json, '[['.repeat(5_000)),
      ]),
    };
    expect(new Set(answers.tooLarge)).toEqual(new Set(['413 too_large']));
    expect(new Set(answers.otherType)).toEqual(new Set(['415 unsupported_media_type']));
    expect(new Set(answers.malformed)).toEqual(new Set(['400 bad_request']));
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    rows.push({
      attack:
        'bodies too large, with 200 fields, a gzip bomb of 50 MB; another type, charset or encoding; malformed',
      measured: `answers ${counted([...answers.tooLarge, ...answers.otherType, ...answers.malformed].map((answer) => Number.parseInt(answer, 10)))}`,
      seen: 'the allowed values; no log line',
    });
  });

  test('uploads that are cut off', async () => {
    const { url, lines } = await startAttacked();
    const cut = ['api/v1/silences', 'api/v1/poll', 'poll', 'api/v1/plan', 'plan', '-/reload'].flatMap(
      (path) =>
        ['application/json', 'application/x-www-form-urlencoded'].map((type) =>
          sendRaw(
            url,
            `POST /${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 9000\r\n\r\n{"a":`,
            'cut',
          ),
        ),
    );
    await Promise.all(cut);
    expect((await fetch(new URL('-/healthy', url))).status).toBe(200);
    expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    rows.push({
      attack: `${cut.length} uploads cut off in the middle`,
      measured: 'answers the next request, and logs 0 errors',
      seen: 'nothing; a line at level debug',
    });
  });

  test('invalid parameters', async () => {
    const { url, lines } = await startAttacked();
    const queries = [
      'from=2026-02-30',
      'from=2026-02-29',
      'to=2026-04-31T00:00:00Z',
      'from=2026-11-23T24:00:00Z',
      'from=2026-11-23T10:60:00Z',
      'from=2026-11-23T10:00:60Z',
      'from=2026-11-23T10:00:00',
      'from=2026-11-23T10:00:00%2B25:00',
      'from=1969-12-31',
      'from=0x10',
      'from=1e3',
      'from=-1',
      'from=%00',
      'from=1%00',
      'from=%zz',
      'from=%F0%9F',
      'from=1&from=2',
      'from[]=1&from[]=2&from=now',
      'step=5m5m',
      'step=-5m',
      'step=5m&step=1h',
      'step=%205m',
      'step=99999999999999w',
    ];
    const statuses = await Promise.all(
      queries.map(
        async (query) => (await fetch(new URL(`api/v1/credentials/team/events?${query}`, url))).status,
      ),
    );
    expect(statuses).toEqual(statuses.map(() => 400));
    const limits = ['0', '1001', '1.5', '1e2', '-1', '%00', '5&limit=6'];
    for (const limit of limits) {
      statuses.push((await fetch(new URL(`api/v1/credentials/team/events?limit=${limit}`, url))).status);
    }
    expect(statuses).toEqual(statuses.map(() => 400));
    expect((await fetch(new URL('api/v1/credentials/%zz/history', url))).status).toBe(400);
    expect((await fetch(new URL('api/v1/credentials/%00/history', url))).status).toBe(404);
    expect((await fetch(new URL(`api/v1/summary?a=${'a'.repeat(20_000)}`, url))).status).toBe(431);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    rows.push({
      attack:
        'times, steps and limits that do not exist (`from=2026-02-30`), twice, with NUL or badly encoded',
      measured: `answers ${counted(statuses)}`,
      seen: 'the parameter, its value and the allowed values; a URL of 20,000 characters is a 431',
    });
  });

  test('unsupported methods', async () => {
    const { url } = await startAttacked();
    const paths = [
      '',
      'metrics',
      'probe',
      'alerts',
      'api/v1/summary',
      'api/v1/credentials/team/history',
      '-/healthy',
      '-/reload',
      'poll',
      'api/v1/poll',
    ];
    const statuses: number[] = [];
    for (const path of paths) {
      for (const method of ['OPTIONS', 'PATCH', 'DELETE', 'PROPFIND']) {
        const answer = await fetch(new URL(path, url), { method });
        expect(answer.headers.get('allow')).toMatch(/^[A-Z]+(?:, [A-Z]+)*$/);
        statuses.push(answer.status);
      }
    }
    expect(new Set(statuses)).toEqual(new Set([405]));
    const unknown = await sendRaw(url, 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    rows.push({
      attack: 'OPTIONS, PATCH, DELETE, PROPFIND on ten paths, and a method that does not exist',
      measured: `answers ${counted(statuses)}, and ${unknown}`,
      seen: '`Allow` with the allowed methods',
    });
  });

  test('the document has the measured values', async () => {
    await expectAttackTable('visitors', rows);
  });
});
