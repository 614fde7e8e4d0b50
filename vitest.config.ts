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
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
