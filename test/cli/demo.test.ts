import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordPast } from '../../src/cli/demo.ts';
import type { Config } from '../../src/config/config.ts';
import type { Observation } from '../../src/domain/result.ts';
import { createSqliteHistory } from '../../src/history/sqlite/sqlite-history.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { run } from './run-program.ts';

const NOW = Date.UTC(2026, 10, 23, 21);
const HOUR_MS = 3_600_000;
const IDENTITY = { name: 'ci', hasLogin: false, fingerprint: 'ci' };

function observed(hoursAgo: number, remaining: number): Observation {
  const reading = {
    kind: 'metered',
    rateLimit: { limit: 100, remaining, windowSeconds: 3_600 },
    source: undefined,
  } as const;
  return { credential: 'ci', at: NOW - hoursAgo * HOUR_MS, durationMs: 100, intervalMs: 60_000, reading };
}

test('recordPast() writes a history that a later start reads', async () => {
  const path = join(temporaryFolder().path, 'headroom.db');
  const recorder = createLogRecorder();
  const config = {
    history: { path, retentionMs: 90 * 24 * HOUR_MS },
    credentials: [{ identity: IDENTITY }],
  } as unknown as Config;

  recordPast(config, [observed(3, 90), observed(2, 70), observed(1, 40)], [], recorder.log);

  const history = createSqliteHistory({
    path,
    makesFolder: false,
    retentionMs: 90 * 24 * HOUR_MS,
    clock: { now: () => NOW, monotonicMs: () => 0 },
    log: recorder.log,
    every: () => () => undefined,
  });
  history.open();
  history.apply([IDENTITY]);
  expect(history.state('ci')).toMatchObject({ known: { outcome: { remaining: 40 } } });
  const points = await history.recentSamples(IDENTITY, NOW - 24 * HOUR_MS);
  expect(points.map((point) => 'remaining' in point && point.remaining)).toEqual([90, 70, 40]);
  history.close();
  expect(recorder.lines).toEqual([]);
});

test.each([
  ['a flag given twice', ['--web.listen-address=127.0.0.1:0', '--web.listen-address=127.0.0.1:0']],
  ['an unknown flag', ['--polling=1']],
  ['an invalid value', ['--log.level=loud']],
  ['an argument beside an unknown flag', ['ci', '--polling=1']],
  [
    'a file that is not a web configuration',
    [`--web.config.file=${join(import.meta.dirname, 'demo.test.ts')}`],
  ],
])('demo refuses %s with exit code 2, as serve does', async (_what, argv) => {
  const { exitCode, stdout, stderr } = await run(['demo', ...argv]);
  const served = await run(['serve', ...argv]);

  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: served.stderr });
});

test('demo reports --config.file together with the other problems', async () => {
  const { exitCode, stderr } = await run(['demo', 'ci', '--polling=1', '--config.file=headroom.yml']);
  const lines = [
    /--polling: Unknown flag/,
    /ci: One argument too many\. Allowed: flags only/,
    /--config\.file: demo has its own configuration\. Allowed: the other flags/,
  ];
  for (const line of lines) expect(stderr).toMatch(line);
  expect(exitCode).toBe(2);
});
