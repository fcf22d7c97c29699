// The tests that look for mutants: vitest for scripts/mutation.mjs, which names the files.
import type { TestSpecification } from 'vitest/node';
import base from '../../vitest.config.ts';

const { projects: _projects, coverage: _coverage, reporters: _reporters, ...test } = base.test ?? {};
const patterns = process.env['SGID_MUTATION_TESTS']?.split(' ') ?? [];

/** In the order in which they are named: the first failure ends the run of a mutant, so that the quickest come first. */
class InOrder {
  sort(files: TestSpecification[]): TestSpecification[] {
    const beginnings = patterns.map((pattern) => pattern.replace(/[{*].*/, ''));
    const place = ({ moduleId }: TestSpecification): number =>
      beginnings.findIndex((beginning) => moduleId.includes(beginning));
    return [...files].sort((one, other) => place(one) - place(other));
  }
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}

export default {
  ...base,
  test: {
    ...test,
    include: patterns.map((pattern) => `${pattern}.test.ts`),
    globalSetup: 'test/helpers/temporary-root.ts',
    setupFiles: 'scripts/mutation/load-mutated.ts',
    sequence: { sequencer: InOrder },
    // Far above what any of these tests takes: what waits longer waits for ever, because of the mutant.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
};
