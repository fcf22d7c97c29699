import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../../package.json' with { type: 'json' };
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { type RunningMockSgid, startMockSgid } from '../../../src/mock.ts';
import { findJunitFaults } from '../../helpers/junit-schema.ts';
import { type EndedProcess, runCommand, SGID_JS } from '../../helpers/sgid-process.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const EXAMPLES = new URL('../../../examples/', import.meta.url);

describe('examples/check.sh', () => {
  let mock: RunningMockSgid;
  beforeAll(async () => {
    mock = await startMockSgid({ redirectUris: ['http://localhost:5001/callback'] });
  });
  afterAll(() => mock.close());

  async function runScript(
    env: Readonly<Record<string, string>> = {},
  ): Promise<EndedProcess & { xml: string }> {
    const cwd = await makeTemporaryFolder();
    const ended = await runCommand(['sh', fileURLToPath(new URL('check.sh', EXAMPLES)), 'report.xml'], {
      cwd,
      env: {
        SGID: `${process.execPath} ${SGID_JS}`,
        SGID_HOSTNAME: mock.hostname,
        SGID_CLIENT_ID: TEST_CLIENT_ID,
        SGID_CLIENT_SECRET: TEST_CLIENT_SECRET,
        SGID_PRIVATE_KEY: TEST_PRIVATE_KEY,
        SGID_REDIRECT_URI: 'http://localhost:5001/callback',
        ...env,
      },
    });
    return { ...ended, xml: await readFile(`${cwd}/report.xml`, 'utf8') };
  }

  it.each<[number, string, Record<string, string>]>([
    [0, 'The sgID credentials work.', {}],
    [3, 'A credential is missing', { SGID_CLIENT_ID: '' }],
    [4, 'sgID refuses the client', { SGID_CLIENT_SECRET: 'wrong' }],
    [5, 'sgID cannot be reached', { SGID_HOSTNAME: 'http://127.0.0.1:1' }],
  ])('ends with %i and says: %s', async (exit, sentence, env) => {
    const { status, stderr, xml } = await runScript(env);
    expect(status).toBe(exit);
    expect(stderr).toContain(sentence);
    expect(await findJunitFaults(xml)).toEqual([]);
  });
});

describe('the examples for CI', () => {
  it.each(['github-check.yml', 'gitlab-check.yml', 'check.sh'])(
    'docs/ci.md shows %s as it is',
    async (name) => {
      const docs = await readFile(new URL('../../../docs/ci.md', import.meta.url), 'utf8');
      expect(docs).toContain(`\n${await readFile(new URL(name, EXAMPLES), 'utf8')}\`\`\``);
    },
  );

  it.each([
    ['github-check.yml', (file: WorkflowFile) => file.jobs?.check.steps.map(({ run }) => run)],
    ['gitlab-check.yml', (file: WorkflowFile) => file.sgid?.script],
  ])('%s runs a check of this version that the program understands', async (name, commandsOf) => {
    const commands = commandsOf(parse(await readFile(new URL(name, EXAMPLES), 'utf8'))) ?? [];
    expect(commands).toHaveLength(1);
    for (const command of commands) {
      const [, args] = command.match(/^npx --yes sgid-cli@(.*)$/) ?? [];
      expect(args).toMatch(new RegExp(`^${packageJson.version.replaceAll('.', '\\.')} check `));
      const words = args?.split(' ').slice(1) ?? [];
      // Without credentials: a usage error would be 2.
      expect(await runCommand([process.execPath, SGID_JS, ...words])).toMatchObject({ status: 3 });
    }
  });
});

interface WorkflowFile {
  readonly jobs?: { readonly check: { readonly steps: readonly { readonly run: string }[] } };
  readonly sgid?: { readonly script: readonly string[] };
}
