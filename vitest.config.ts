import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Titles that name a criterion are shown whole.
    chaiConfig: { truncateThreshold: 0 },
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
