import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { SGID_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/helpers/build-once.ts',
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    // Much of the time is spent waiting for other processes.
    maxWorkers: 2,
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        'src/protocol/**': { lines: 95 },
        'src/login/**': { lines: 95 },
        'src/keys/**': { lines: 95 },
      },
    },
  },
});
