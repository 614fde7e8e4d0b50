import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findProgram } from '../../find-program.ts';
import { startPrometheus } from '../../metrics/prometheus-server.ts';
import { describeStoredPastIn } from './stored-past-in-store.ts';

const run = promisify(execFile);

describeStoredPastIn(['prometheus', 'promtool'], (openMetrics) =>
  startPrometheus('', '', async (dataFolder) => {
    await mkdir(dataFolder, { recursive: true });
    const file = `${dataFolder}.om`;
    await writeFile(file, openMetrics);
    const promtool = findProgram('promtool') ?? 'promtool';
    const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=240h'];
    await run(promtool, [...blocks, file, dataFolder]);
  }),
);
