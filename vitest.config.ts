import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [
    {
      name: 'assets-as-text',
      enforce: 'pre',
      resolveId: (id, importer = '') =>
        /\.(?:css|md|bash|zsh|fish|ps1)$/.test(id) ? `${resolve(importer, '..', id)}?raw` : undefined,
    },
  ],
  define: { SGID_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    // Else every style sheet is empty.
    css: true,
    // Much of the time is spent waiting for other processes.
    maxWorkers: 2,
    // For what hangs alone: a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 100_000, interval: 20 } },
    // No test leaves anything behind in its process, so that the files of a worker can share its modules.
    isolate: false,
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/fast/**/*.test.ts'],
          globalSetup: 'test/helpers/temporary-root.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          globalSetup: ['test/helpers/temporary-root.ts', 'test/helpers/build-once.ts'],
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        'src/oidc/**': { lines: 95 },
        'src/sgid/**': { lines: 95 },
        'src/login/**': { lines: 95 },
        'src/keys/**': { lines: 95 },
      },
    },
  },
});
