import { defineConfig } from 'vitest/config';

// For what hangs alone: a busy machine is no failure.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
