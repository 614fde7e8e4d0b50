import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Titles that name a criterion are shown whole.
    chaiConfig: { truncateThreshold: 0 },
    setupFiles: ['test/fixed-seed.ts'],
    include: ['test/**/*.test.ts'],
    // Many tests wait for other programs, so that more files than processors can be under way.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Generous: on a busy machine everything takes longer, and a test that would pass must not fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
