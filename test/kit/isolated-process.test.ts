import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runIsolated } from '../../src/kit/isolated-process.ts';

describe('runIsolated()', () => {
  test('reports a missing script, not a lack of memory', async () => {
    const script = pathToFileURL('/does/not/exist/plan-process.js');
    const task = { script, input: {}, heapMiB: 64, timeoutMs: 60_000, maxResultBytes: 1_024 };
    await expect(runIsolated({ ...task, signal: new AbortController().signal })).rejects.toThrow(
      'The script of the process is missing; run `npm run build`: /does/not/exist/plan-process.js',
    );
  });
});
