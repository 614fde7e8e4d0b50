import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { describeWithRareProgram } from '../requires-program.ts';
import { startHeadroom } from './running-headroom.ts';

const run = promisify(execFile);
const CONFIG = resolve(import.meta.dirname, 'schemathesis.toml');
/** How long schemathesis invents requests, in seconds; more by HEADROOM_TEST_SCHEMATHESIS_SECONDS. */
const SECONDS = process.env.HEADROOM_TEST_SCHEMATHESIS_SECONDS ?? '90';
/** Beside the time for requests, schemathesis starts, plans and reports; in milliseconds. */
const OVERHEAD_MS = 120_000;

describeWithRareProgram('schemathesis', 'the API under schemathesis', () => {
  test(
    'answers as docs/openapi.yaml says, by all checks',
    async () => {
      const headroom = await startHeadroom();
      onTestFinished(() => headroom.stop());
      await headroom.app.firstRound;
      // It keeps examples in its working directory.
      const folder = await mkdtemp(join(tmpdir(), 'headroom-schemathesis-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const document = new URL('api/v1/openapi.json', headroom.app.urls[0]).href;
      const flags = ['--checks=all', '--max-examples=25', `--max-time=${SECONDS}`, '--no-color'];

      const report = await run('schemathesis', ['--config-file', CONFIG, 'run', document, ...flags], {
        cwd: folder,
        maxBuffer: 100_000_000,
      }).then(
        () => 'clean',
        ({ stdout, stderr }) => `${stdout}\n${stderr}`,
      );

      expect(report).toBe('clean');
      expect(headroom.logLines.filter((line) => line.includes('level=error'))).toEqual([]);
    },
    Number(SECONDS) * 1_000 + OVERHEAD_MS,
  );
});
