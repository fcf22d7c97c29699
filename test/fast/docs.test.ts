import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../src/commands/program.ts';
import { runSgid } from '../helpers/fake-platform.ts';

const ROOT = new URL('../../', import.meta.url);

/** A test as the pages name it, such as `fast/login/probe`, `fast/flow/login-bad-*` or the folder `fast/settings`. */
const TEST_NAME = /`((?:fast|system)\/[\w/-]+)(\*?)`/g;

const TESTS = readdirSync(new URL('test', ROOT), { recursive: true, encoding: 'utf8' }).map((path) =>
  path.replaceAll('\\', '/').replace(/\.test\.ts$/, ''),
);

const pages = (await readdir(new URL('docs', ROOT))).filter((name) => name.endsWith('.md'));

describe.each(pages)('docs/%s', (page) => {
  it('names tests that there are', async () => {
    const text = await readFile(new URL(`docs/${page}`, ROOT), 'utf8');
    const lacking = [...text.matchAll(TEST_NAME)].filter(
      ([, name = '', more]) => !TESTS.some((test) => (more ? test.startsWith(name) : test === name)),
    );
    expect(lacking.map(([name]) => name)).toEqual([]);
  });
});

describe('README.md', () => {
  it('shows a light and a dark picture that are there, and soon there', async () => {
    const text = await readFile(new URL('README.md', ROOT), 'utf8');
    const paths = [...text.matchAll(/\b(?:src|srcset)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(paths).toEqual(['docs/images/login-dark.png', 'docs/images/login-light.png']);
    for (const path of paths) expect((await stat(new URL(path, ROOT))).size).toBeLessThan(200_000);
  });
});

it.each(['README.md', 'docs/ci.md', 'action.yml', 'examples/github-check.yml', 'examples/gitlab-check.yml'])(
  '%s says that nothing is on npm yet',
  async (path) => {
    expect(await readFile(new URL(path, ROOT), 'utf8')).toContain('not on npm yet');
  },
);

describe('docs/security.md', () => {
  it('names a test for each line', async () => {
    const text = await readFile(new URL('docs/security.md', ROOT), 'utf8');
    const rows = text.split('\n').filter((line) => /^\| \d+ /.test(line));
    expect(rows.map((row) => Number(/\d+/.exec(row)?.[0]))).toEqual(
      [...Array(22).keys()].map((at) => at + 1),
    );
    expect(rows.filter((row) => row.search(TEST_NAME) === -1)).toEqual([]);
  });
});

/** The rows of tables that end in a test and a case which is not named there, or not once. */
function lackingCases(text: string): readonly string[] {
  const rows = text.split('\n').filter((line) => /^\| (?!(?:point|place|matter) |---)/.test(line));
  return rows.filter((row) => {
    const [, file, name] = /^\|.*\| `((?:fast|system)\/\S+)` +\| `+ ?(.+?) ?`+ +\|$/.exec(row) ?? [];
    if (file === undefined) return true;
    const source = readFileSync(new URL(`test/${file}.test.ts`, ROOT), 'utf8');
    const escaped = name?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // Where a name or a row begins: the whole of it, or the beginning of one alone.
    const count = (end: string) =>
      source.match(new RegExp(`(?:[[(]|^ +)\\s*['"\`]?${escaped}${end}`, 'gm'))?.length;
    return count('[\'"`]') !== 1 && count('') !== 1;
  });
}

describe('docs/conformance.md', () => {
  it('names a case of its test for each point', async () => {
    const text = await readFile(new URL('docs/conformance.md', ROOT), 'utf8');
    expect(text.match(/^\| (?!point |---)/gm)?.length).toBeGreaterThan(100);
    expect(lackingCases(text)).toEqual([]);
  });
});

describe('docs/platforms.md', async () => {
  const text = await readFile(new URL('docs/platforms.md', ROOT), 'utf8');
  const [, places = '', matters = ''] = text.split(
    /^## (?:Where the name of the system decides|What is met there alone)$/m,
  );

  it('names a case of its test for each place and matter', () => {
    expect(matters).toContain('| matter ');
    expect(lackingCases(places + matters.split(/^## /m)[0])).toEqual([]);
  });

  it('has a row for each place in src that asks for the system', async () => {
    const files = (await readdir(new URL('src', ROOT), { recursive: true }))
      .map((path) => `src/${path.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts'));
    const asking = files.flatMap((path) => {
      const source = readFileSync(new URL(path, ROOT), 'utf8');
      // Its name is compared, and nothing else is done with it.
      expect(
        source.match(/\bprocess\.platform\b(?! [!=]== )|\bos\.(?:platform|type)\(|import os\b/g),
        path,
      ).toBeNull();
      return (
        source
          .match(/[!=]== '(?:aix|android|cygwin|darwin|freebsd|linux|openbsd|sunos|win32)'/g)
          ?.map(() => path) ?? []
      );
    });
    const listed = Array.from(places.matchAll(/^\| `(src\/\S+)` /gm), ([, path]) => path);
    expect(listed.sort()).toEqual(asking.sort());
  });
});

describe('docs/cli.md', () => {
  /** The words of a command and of those below it, in the order of the help. */
  const wordsOf = (
    command: CommandUnknownOpts,
    words: readonly string[] = [],
  ): readonly (readonly string[])[] => [
    words,
    ...command.commands
      .filter((one) => one.name() !== 'help')
      .flatMap((one) => wordsOf(one, [...words, one.name()])),
  ];

  // After a change of the help: npx vitest run test/fast/docs.test.ts --update
  it('is what the program prints', async () => {
    const sections: string[] = [];
    for (const words of wordsOf(await describeProgram())) {
      const { stdout } = await runSgid([...words, '--help']);
      const text = words.length === 0 ? stdout : stdout.replace(/Global options: .*\n\n?/, '');
      const title = ['sgid', ...words].join(' ');
      sections.push(`${words.length > 1 ? '###' : '##'} ${title}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`);
    }
    const head = '# Commands\n\nWhat `sgid help <command>` prints. Every command has the global options.\n';
    await expect([head, ...sections].join('\n')).toMatchFileSnapshot('../../docs/cli.md');
  });
});
