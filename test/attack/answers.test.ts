import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseFlags } from '../../src/config/flags.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { runProgram } from '../../src/config/logins/run-program.ts';
import type { ConfigError } from '../../src/config/problem.ts';
import type { Observation } from '../../src/domain/result.ts';
import { openSqlDatabase } from '../../src/history/sqlite/sql-database.ts';
import { createSqliteHistory } from '../../src/history/sqlite/sqlite-history.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { type RunningHeadroom, startHeadroom, WHEN_ASKED } from '../end-to-end/running-headroom.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { listen, sayTo } from '../hub/loopback-server.ts';
import { type AttackRow, expectAttackTable } from './attack-table.ts';

const rows: AttackRow[] = [];
const MINUTE_MS = 60_000;

type Headers = Readonly<Record<string, string>>;

/** Returns a hub that sends other limit headers for each image. */
async function hubOf(answers: ReadonlyMap<string, Headers>): Promise<string> {
  const server = createServer((request, response) => {
    const image = /^\/v2\/a\/([^/]+)\//.exec(request.url ?? '')?.[1] ?? '';
    response
      .writeHead(200, { 'docker-distribution-api-version': 'registry/2.0', ...answers.get(image) })
      .end();
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

function headersOf(limit: string, remaining: string): Headers {
  return {
    'ratelimit-limit': limit,
    'ratelimit-remaining': remaining,
    'docker-ratelimit-source': '192.0.2.7',
  };
}

async function headroom(hubUrl: string, names: readonly string[]): Promise<RunningHeadroom> {
  const started = await startHeadroom({
    settings: () => ({
      hub: { url: hubUrl },
      poll: { schedule: WHEN_ASKED },
      credentials: names.map((name) => ({ name, image: `a/${name}:latest` })),
    }),
  });
  onTestFinished(() => started.stop());
  await started.app.firstRound;
  return started;
}

/** Every page and API route with more than one item, and the pages of each item. */
function surfaces(names: readonly string[]): string[] {
  return [
    '/',
    '/alerts',
    '/api/v1/summary',
    '/api/v1/credentials',
    '/api/v1/alerts',
    '/metrics',
    ...names.flatMap((name) => [
      `/credentials/${name}`,
      `/api/v1/credentials/${name}/history`,
      `/api/v1/credentials/${name}/events`,
      `/badge/${name}.svg`,
    ]),
  ];
}

async function failing({ get }: RunningHeadroom, paths: readonly string[]): Promise<string[]> {
  const failed: string[] = [];
  for (const path of paths) {
    const response = await get(path);
    await response.arrayBuffer();
    if (response.status !== 200) failed.push(`${path} ${response.status}`);
  }
  return failed;
}

interface Listed {
  readonly name: string;
  readonly standing: string;
  readonly remaining: number | null;
  readonly window_seconds: number | null;
  readonly failure: { readonly reason: string; readonly detail: string } | null;
}

async function listed({ get }: RunningHeadroom): Promise<ReadonlyMap<string, Listed>> {
  const list = (await (await get('/api/v1/credentials')).json()) as Listed[];
  return new Map(list.map((credential) => [credential.name, credential]));
}

async function metric({ get }: RunningHeadroom, series: string): Promise<string | undefined> {
  const lines = (await (await get('/metrics')).text()).split('\n');
  return lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1);
}

/** Returns an observation that no input check has seen, as another defect could cause. */
function unchecked(
  credential: string,
  differences: Partial<Observation>,
  windowSeconds?: number,
): Observation {
  return {
    credential,
    at: Date.now(),
    durationMs: 5,
    intervalMs: MINUTE_MS,
    reading: {
      kind: 'metered',
      rateLimit: { limit: 100, remaining: 7, windowSeconds },
      source: { value: `account-${credential}`, kind: 'account' },
    },
    ...differences,
  };
}

describe('impossible numbers from Docker Hub', () => {
  test('an impossible window is not used, and breaks nothing', async () => {
    const windows = ['21600000000000', '2678401', '0', '-1', '1e9', '6h', '9'.repeat(40), '0x10'];
    const names = windows.map((_, i) => `absurd-${i}`);
    const answers = new Map(windows.map((w, i) => [`absurd-${i}`, headersOf(`100;w=${w}`, `76;w=${w}`)]));
    answers.set('good', headersOf('100;w=21600', '76;w=21600'));
    const started = await headroom(await hubOf(answers), ['good', ...names]);

    expect(await failing(started, surfaces(['good', ...names]))).toEqual([]);
    const all = await listed(started);
    expect(all.get('good')).toMatchObject({ remaining: 76, window_seconds: 21_600 });
    const shown = names.filter((name) => {
      const credential = all.get(name);
      return credential?.remaining === 76 && credential.window_seconds === null;
    });
    expect(shown).toEqual(names);
    const counted = `dockerhub_poll_failures_total{credential="absurd-0",reason="invalid_window"}`;
    expect(await metric(started, counted)).toBe('1');
    expect(await metric(started, 'dockerhub_up{credential="absurd-0"}')).toBe('1');
    const named = started.logLines.filter((line) =>
      line.includes('the window in the response is impossible'),
    );
    expect(named).toHaveLength(names.length);
    rows.push({
      attack: `the windows ${windows.map((w) => `\`w=${w.slice(0, 14)}\``).join(', ')}`,
      measured: `shows 76 pulls left ${shown.length} of ${names.length} times, each window as not stated; no page or API route fails`,
      seen: '`dockerhub_poll_failures_total{reason="invalid_window"}`, `dockerhub_up` 1, a log line that quotes the header',
    });
  });

  test('an impossible number of pulls is a failure', async () => {
    const numbers = ['10000000001', '-10000000001', '9007199254740993', `1${'0'.repeat(400)}`, 'NaN', '1e3'];
    const names = numbers.map((_, i) => `absurd-${i}`);
    const answers = new Map(
      numbers.map((n, i) => [`absurd-${i}`, headersOf(`${n};w=21600`, `${n};w=21600`)]),
    );
    const started = await headroom(await hubOf(answers), names);

    expect(await failing(started, surfaces(names))).toEqual([]);
    const all = await listed(started);
    const reasons = names.filter((name) => all.get(name)?.failure?.reason === 'invalid_header');
    expect(reasons).toEqual(names);
    rows.push({
      attack: 'limits of ±10,000,000,001, 2^53 + 1, 10^400, `NaN`, `1e3` pulls',
      measured: `uses no value ${reasons.length} of ${names.length} times; no page or API route fails`,
      seen: '`invalid_header`, with the header in the detail',
    });
  });

  test('an impossible status line is malformed', async () => {
    const heads = [
      'HTTP/1.1 000',
      'HTTP/1.1 099 Low',
      'HTTP/1.1 20 OK',
      'HTTP/1.1 600 High',
      'HTTP/1.1 999 Denied',
      'HTTP/1.1 2000 OK',
      'HTTP/1.1 abc',
      'HTTP/9.9 200 OK',
      `HTTP/1.1 100 Continue\r\n\r\n${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)}`,
      `HTTP/1.1 103 Hints\r\n\r\n${'HTTP/1.1 103 Hints\r\n\r\n'.repeat(5_000)}`,
    ];
    const reasons: (string | undefined)[] = [];
    for (const head of heads) {
      const port = await sayTo(`${head}\r\nContent-Length: 0\r\n\r\n`);
      const started = await headroom(`http://127.0.0.1:${port}`, ['a']);
      reasons.push((await listed(started)).get('a')?.failure?.reason);
    }
    expect(new Set(reasons)).toEqual(new Set(['malformed_response']));
    rows.push({
      attack: 'status 000, 099, 20, 600, 999, 2000, letters; HTTP/9.9; 51 answers `100`, 5,001 answers `103`',
      measured: `uses no value ${reasons.length} of ${heads.length} times`,
      seen: '`malformed_response`',
    });
  });
});

describe('impossible stored values', () => {
  test('rows and documents that Headroom cannot have written break nothing', async () => {
    let path = '';
    const started = await startHeadroom({
      settings: ({ folder }) => {
        path = join(folder, 'headroom.db');
        return { poll: { schedule: WHEN_ASKED }, credentials: [{ name: 'a' }, { name: 'b' }] };
      },
      beforeStart: () => plant(path),
    });
    onTestFinished(() => started.stop());
    await started.app.firstRound;

    const paths = [...surfaces(['a', 'b']), '/api/v1/silences'];
    expect(await failing(started, paths)).toEqual([]);
    expect((await listed(started)).get('a')).toMatchObject({ remaining: 100 });
    const warned = started.logLines.filter((line) =>
      /cannot be read, and is left out|documents of alerting were left out/.test(line),
    );
    expect(warned.length).toBe(2);
    rows.push({
      attack:
        'a history file with windows of 10^13 seconds, unknown kinds and reasons, invalid alerts, broken JSON',
      measured: `answers ${paths.length} of ${paths.length} requests with 200`,
      seen: 'the rows as unknown; a log line that names the ignored documents of alerting',
    });
  });
});

/** Creates a history file, and changes it to values that Headroom does not write. */
function plant(path: string): void {
  const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
  const history = createSqliteHistory({
    path,
    makesFolder: true,
    retentionMs: 90 * 86_400_000,
    clock,
    log: createLogRecorder().log,
    every: () => () => undefined,
  });
  history.open();
  history.apply(['a', 'b'].map((name) => ({ name, hasLogin: false, fingerprint: name })));
  for (const name of ['a', 'b']) {
    for (let i = 10; i > 1; i--) {
      history.record(unchecked(name, { at: Date.now() - i * MINUTE_MS }, 3_600 + i));
    }
    history.record(
      unchecked(name, {
        at: Date.now() - MINUTE_MS,
        reading: { kind: 'failed', reason: 'dns', detail: 'x' },
      }),
    );
  }
  history.close();
  const database = openSqlDatabase(path);
  database
    .prepare('UPDATE outcome SET window_seconds = 21600000000000, pulls = 9007199254740991 WHERE kind = ?')
    .run('limited');
  database.prepare('UPDATE outcome SET reason = ? WHERE kind = ?').run('aliens', 'failed');
  database.prepare('UPDATE sample SET remaining = 9007199254740991').run();
  database.prepare('UPDATE credential SET state = ?').run('{"latest":{"at":"noon"},"known":7}');
  const insert = database.prepare('INSERT INTO alert_document (kind, key, value) VALUES (?, ?, ?)');
  insert.run('alert', 'none', '{"alert":{"rule":7}}');
  insert.run('silence', 'broken', '{"id":');
  insert.run('outbox', 'empty', '{"alerts":[]}');
  database.close();
}

describe('an item that throws', () => {
  test('is shown as broken on every page and list, once in the log, and the others are right', async () => {
    const names = ['good', 'broken'];
    const answers = new Map(names.map((name) => [name, headersOf('100;w=21600', '76;w=21600')]));
    const started = await headroom(await hubOf(answers), names);
    started.app.history.record(unchecked('good', {}, 3_600));
    started.app.history.record(unchecked('broken', { at: 8.64e15 }, 21_600_000_000_000));

    for (let i = 0; i < 3; i++) expect(await failing(started, surfaces(names))).toEqual([]);
    const all = await listed(started);
    expect(all.get('good')).toMatchObject({ remaining: 7, window_seconds: 3_600 });
    expect(all.get('broken')).toMatchObject({
      standing: 'failing',
      remaining: null,
      failure: { reason: 'internal' },
    });
    expect(all.get('broken')?.failure?.detail).toMatch(/^This credential cannot be shown/);
    expect(await metric(started, 'dockerhub_up{credential="broken"}')).toBe('0');
    expect(await metric(started, 'dockerhub_ratelimit_remaining{credential="broken"}')).toBeUndefined();
    expect(await metric(started, 'dockerhub_ratelimit_remaining{credential="good"}')).toBe('7');
    expect(await (await started.get('/')).text()).toContain('cannot be shown');
    const reported = started.logLines.filter((line) => line.includes('An item cannot be shown'));
    expect(reported).toHaveLength(1);
    expect(reported[0]).toContain('broken');
    rows.push({
      attack: 'a result in the year 275760 with a window of 10^13 seconds, added without checks',
      measured:
        'shows the credential as broken on the overview, in the API and in the metrics, and the other with its 7 pulls',
      seen: '"This credential cannot be shown", `dockerhub_up` 0, one log line',
    });
  });
});

describe('files and programs', () => {
  test('a file of 50 MB is refused before it is parsed', async () => {
    const { path: folder } = temporaryFolder();
    const fileOf = (name: string) => {
      const path = join(folder, name);
      writeFileSync(path, '');
      truncateSync(path, 50 * 1_048_576);
      return path;
    };
    const large = fileOf('large');
    const configs = ['config', 'password', 'docker', 'authority'].map((name) => join(folder, `${name}.yml`));
    const contents = [
      undefined,
      `credentials: [{ name: a, username: u, password_file: ${large} }]`,
      `credentials: [{ name: a, docker_config_file: ${large} }]`,
      `hub: { ca_file: ${large} }`,
    ];
    const messages: string[] = [];
    for (const [i, path] of configs.entries()) {
      const content = contents[i];
      if (content !== undefined) writeFileSync(path, content);
      const named = content === undefined ? large : path;
      const flags = parseFlags([`--config.file=${named}`]);
      messages.push(
        await loadConfig({ flags, env: {} }).then(
          () => 'accepted',
          (error: ConfigError) => error.message,
        ),
      );
    }
    const refused = messages.filter((message) => message.includes('it is larger than'));
    expect({ refused: refused.length, messages }).toEqual({ refused: 4, messages });
    rows.push({
      attack: 'a configuration, a password file, a `config.json`, an authority of 50 MB',
      measured: `rejects ${refused.length} of ${messages.length} because of their size`,
      seen: '`it is larger than 1 MiB`, exit code 2',
    });
  });

  test('every credential helper ends', async () => {
    const { path: folder } = temporaryFolder();
    const scripts = [
      ["trap '' TERM INT HUP; while :; do sleep 0.1; done", 'too-long'],
      ["trap '' TERM PIPE; while :; do echo y; done", 'too-much'],
      ['sleep 600 & echo answer', 'ended'],
      ['exec 0<&-; echo answer', 'ended'],
    ] as const;
    const ends: string[] = [];
    for (const [script] of scripts) {
      const name = `docker-credential-${createHash('sha1').update(script).digest('hex').slice(0, 8)}`;
      writeFileSync(join(folder, name), `#!/bin/sh\necho $$ > ${join(folder, 'pid')}\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
      const result = await runProgram({
        name,
        args: ['get'],
        stdin: 'x'.repeat(200_000),
        env: { PATH: `${folder}:/usr/bin:/bin` },
        timeoutMs: 3_000,
        maxStdoutBytes: 65_536,
      });
      ends.push(result.kind);
      const group = -Number(readFileSync(join(folder, 'pid'), 'utf8'));
      await vi.waitFor(() => expect(() => process.kill(group, 0)).toThrow('ESRCH'), 30_000);
    }
    expect(ends).toEqual(scripts.map(([, kind]) => kind));
    rows.push({
      attack:
        'a credential helper that ignores SIGTERM, prints without end, leaves a child with its output open, closes its input',
      measured: `ends ${ends.length} of ${scripts.length}: the first two killed, the others with their answer`,
      seen: '`login_unreadable`, with the name of the helper',
    });
  });
});

test('the document has the measured values', async () => {
  await expectAttackTable('answers', rows);
});
