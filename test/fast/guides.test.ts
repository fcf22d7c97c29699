import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../helpers/line-diff.ts';

const ROOT = new URL('../../', import.meta.url);

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

/** A block of code: its language, what it says of its file, and its text. */
const BLOCK = /^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm;

const guides = readdirSync(new URL('docs/guides', ROOT))
  .map((name) => name.replace(/\.md$/, ''))
  .filter((name) => name !== 'README');

it('docs/guides/README.md lists every guide', () => {
  const listed = [...read('docs/guides/README.md').matchAll(/\((\w+)\.md\)/g)].map(([, name]) => name);
  expect(listed.sort()).toEqual(guides);
});

describe.each(guides)('docs/guides/%s.md', (name) => {
  const page = read(`docs/guides/${name}.md`);
  const blocks = [...page.matchAll(BLOCK)].map(([, language = '', source = '', text = '']) => ({
    language,
    source,
    text,
  }));

  it('starts with one command, which installs and starts the example of its name', () => {
    const [first] = blocks;
    expect(first?.language).toBe('sh');
    expect(first?.text).toMatch(
      new RegExp(
        `^npm ci && npm ci --prefix examples/${name} && npm (start|test) --prefix examples/${name}\n$`,
      ),
    );
  });

  it('ends with how to change it: the port, the scope and what is shown', () => {
    const [, last = ''] = page.split('\n## To change it\n\n');
    expect(last.match(/^- (The port|The scope|What is shown)\b/gm)).toEqual([
      '- The port',
      '- The scope',
      '- What is shown',
    ]);
    expect(last).not.toContain('\n#');
  });

  it('shows code that is in the file it names', () => {
    const shown = blocks.filter(({ language }) => !['sh', 'text', 'diff'].includes(language));
    expect(shown.length).toBeGreaterThan(0);
    for (const { source, text } of shown) {
      expect(source).toMatch(new RegExp(`^file=examples/${name}/`));
      expect(read(source.replace('file=', ''))).toContain(text);
    }
  });

  // After a change of the files: npx vitest run test/fast/guides.test.ts --update
  it('shows the differences that are there', async () => {
    const fresh = page.replaceAll(BLOCK, (block, language, source) => {
      if (language !== 'diff') return block;
      const [, before = '', after = ''] = /^from=(\S+) to=(\S+)$/.exec(source) ?? [];
      return `\`\`\`diff ${source}\n${diffLines(read(before), read(after))}\n\`\`\``;
    });
    await expect(fresh).toMatchFileSnapshot(`../../docs/guides/${name}.md`);
  });

  it('has an example that says what it is installed from, and leaves the registry to npm', () => {
    const { packages }: { packages: Record<string, { resolved?: string; link?: true; integrity?: string }> } =
      JSON.parse(read(`examples/${name}/package-lock.json`));
    const { '': _example, '../..': _project, 'node_modules/sgid-cli': sgid, ...others } = packages;
    expect(sgid).toEqual({ resolved: '../..', link: true });
    expect(Object.values(others).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(Object.entries(others).filter(([, { integrity = '' }]) => !/^sha512-/.test(integrity))).toEqual(
      [],
    );
  });
});
