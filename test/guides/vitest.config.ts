import { defineConfig } from 'vitest/config';

// A project by itself, so that `npm test` needs no registry: each guide installs its example and runs it.
export default defineConfig({
  test: {
    name: 'guides',
    include: ['test/guides/**/*.test.ts'],
    globalSetup: ['test/helpers/temporary-root.ts'],
    // An installation may build the package, which no other guide may use meanwhile.
    fileParallelism: false,
    // For what hangs alone: a busy machine is no failure.
    testTimeout: 300_000,
    // An installation from a registry.
    hookTimeout: 900_000,
    expect: { poll: { timeout: 240_000, interval: 100 } },
    reporters: ['default', ['json', { outputFile: 'coverage/guides.json' }]],
  },
});
