import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../src/check/run-checks.ts';
import SCRIPT from '../../../src/commands/completion/sgid.ps1';
import { parseTypedWords, renderCompletion } from '../../../src/commands/completion.ts';
import { COMMANDS } from '../../../src/commands/table.ts';
import { ERRORS } from '../../../src/errors/codes.ts';
import { listFaults } from '../../../src/mock/faults.ts';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { SCOPE_NAMES } from '../../../src/sgid/scopes.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

/** What the last of these words may become; the lines have descriptions. */
async function completionsOf(words: readonly string[], env: Record<string, string> = {}) {
  const stdin = words.map((word) => `${word}\0`).join('');
  const { exitCode, stdout, stderr } = await runSgid(['completion', 'zsh', '--candidates'], { stdin, env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const [kind, ...lines] = stdout.replace(/\n$/, '').split('\n');
  return { kind, lines, values: lines.map((line) => line.split('\t')[0] ?? '') };
}

const CHECKS_WITH_CL = CHECK_IDS.filter((id) => id.startsWith('cl'));
const CLAIMS = ['sub', ...SCOPE_NAMES.filter((name) => name !== 'openid')];

describe('the commands that are offered', () => {
  it('are all those of the program, with their descriptions', async () => {
    const { kind, lines } = await completionsOf(['']);
    expect(kind).toBe('words');
    for (const { name, description } of COMMANDS) expect(lines).toContain(`${name}\t${description}`);
  });

  it.each([
    [['mo'], ['mock']],
    [['mock', ''], 'personas faults help'.split(' ')],
    [['-q', '--json-errors', 'mock', 'f'], ['faults']],
    [['mock', '--port', '0', 'f'], ['faults']],
    [['mock', '--port', 'login', 'f'], ['faults']],
    [['help', 'log'], ['login']],
    [['login', ''], []],
    [['nonsense', ''], []],
    [['help', 'mock', 'f'], ['faults']],
    [['mock', '--', 'f'], ['faults']],
  ])('for %j are %j', async (words, values) => {
    expect(await completionsOf(words)).toMatchObject({ kind: 'words', values });
  });
});

describe('the options that are offered', () => {
  it('are those of the command and of the program', async () => {
    const { values, lines } = await completionsOf(['login', '--']);
    expect(values).toEqual(expect.arrayContaining(['--scope', '--no-browser', '--help', '--quiet']));
    expect(lines).toContain('--client-id\tthe client id (or SGID_CLIENT_ID)');
    expect(values).not.toContain('--approve');
  });

  it('are those of the command above, too', async () => {
    const { values } = await completionsOf(['mock', 'personas', '--p']);
    expect(values).toContain('--personas');
  });

  it('are not repeated, unless they may be', async () => {
    expect((await completionsOf(['login', '--manual', '--man'])).values).toEqual([]);
    expect((await completionsOf(['login', '--expect', 'sub', '--exp'])).values).toEqual(['--expect']);
    expect((await completionsOf(['login', '-s', 'openid', '--sc'])).values).toEqual([]);
  });

  it('are none after --, and never the hidden one', async () => {
    expect((await completionsOf(['login', '--', '--sc'])).values).toEqual([]);
    expect((await completionsOf(['completion', 'bash', '--'])).values).not.toContain('--candidates');
  });
});

describe('the values that are offered', () => {
  it.each([
    ['choices of an option', ['login', '--format', ''], ['json', 'env', 'table']],
    ['choices of an argument', ['completion', ''], ['bash', 'zsh', 'fish', 'powershell']],
    ['scopes', ['login', '--scope', ''], SCOPE_NAMES],
    ['scopes after the short option', ['login', '-s', 'op'], ['openid']],
    ['scopes for the filter', ['scopes', 'ogp'], ['ogpofficerinfo.work_email']],
    ['claims', ['login', '--field', ''], CLAIMS],
    ['claims of another command', ['decrypt', '--field', 'su'], ['sub']],
    ['personas', ['login', '--mock', '--persona', ''], PERSONAS.map(({ id }) => id)],
    ['personas for an optional value', ['mock', '--approve', 'zo'], ['zoe']],
    ['faults', ['mock', '--fault', ''], listFaults().map(({ name }) => name)],
    ['checks', ['check', '--only', ''], [...CHECK_IDS]],
    ['error codes', ['explain', ''], Object.keys(ERRORS)],
    ['error codes in lower case', ['explain', 'err_state'], ['ERR_STATE_MISMATCH']],
    ['nothing where only the person knows', ['login', '--client-id', ''], []],
    ['nothing for an argument too many', ['explain', 'ERR_SCOPE', ''], []],
    ['commands after an optional value', ['mock', '--approve', 'zoe', 'pers'], ['personas']],
  ])('are %s', async (_what, words, values) => {
    const answer = await completionsOf(words);
    expect([...answer.values].sort()).toEqual([...values].sort());
    expect(answer.kind).not.toBe('files');
  });

  it.each([
    [['login', '--format=j'], ['--format=json']],
    [['login', '--format', '=', 'j'], ['json']],
    [['login', '--format', '='], 'json env table'.split(' ')],
    [
      ['login', '--scope', '"openid myinfo.na'],
      ['openid myinfo.name', 'openid myinfo.nationality', 'openid myinfo.name_of_employer'],
    ],
    [['login', '--scope', "'openid pocdex.n"], ['openid pocdex.number_of_employments']],
    [['login', '--scope', 'openid\\ pocdex.n'], ['openid pocdex.number_of_employments']],
    [['login', '--scope=openid open'], []],
    [['check', '--only', 'jwks,cl'], CHECKS_WITH_CL.map((id) => `jwks,${id}`)],
    [['login', '--manual=x'], []],
    [['login', '--nonsense=x'], []],
  ])('for %j are %j', async (words, values) => {
    expect([...(await completionsOf(words)).values].sort()).toEqual([...values].sort());
  });

  it.each([
    ...['login --out ', 'login --out=x', 'login --out = x', 'login -e ', 'login -qe ', 'mock --client '],
    ...['login --private-key-file /', 'key inspect ', 'decrypt '],
  ])('are files for "sgid %s"', async (line) => {
    expect(await completionsOf(line.split(' '))).toEqual({ kind: 'files', lines: [], values: [] });
  });

  it('go on without a blank after a claim of --expect and after a check', async () => {
    expect((await completionsOf(['login', '--expect', 'myinfo.e'])).kind).toBe('open');
    expect((await completionsOf(['check', '--only', 'jw'])).kind).toBe('open');
    expect((await completionsOf(['login', '--field', 'myinfo.e'])).kind).toBe('words');
  });
});

describe('the profiles that are offered', () => {
  /** An environment with profiles whose files hold secrets that are not read. */
  async function withProfiles(...files: readonly string[]): Promise<Record<string, string>> {
    const folder = await makeTemporaryFolder();
    await mkdir(join(folder, 'sgid', 'profiles'), { recursive: true });
    for (const file of files) await writeFile(join(folder, 'sgid', 'profiles', file), 'not even JSON');
    return { XDG_CONFIG_HOME: folder, HOME: folder, APPDATA: folder };
  }

  const LINES = ['login -p ', 'check --profile ', 'profile use ', 'profile show ', 'profile remove '];

  it.runIf(process.platform === 'linux').each(LINES)('are those that exist: sgid %s', async (line) => {
    const env = await withProfiles('staging.json', 'production.json');
    expect((await completionsOf(line.split(' '), env)).values).toEqual(['production', 'staging']);
  });

  it('are none with a name that a shell would act on', async () => {
    const env = await withProfiles('$(reboot).json', '`x`.json', "a'b.json", 'a;b.json', 'fine.json');
    expect((await completionsOf(['login', '-p', ''], env)).values).toEqual(['fine']);
  });

  it('are none where there is no place for profiles', async () => {
    expect(await completionsOf(['login', '-p', ''])).toMatchObject({ kind: 'words', values: [] });
  });
});

describe('sgid completion', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('prints the script for %s', async (shell) => {
    const { exitCode, stdout, stderr } = await runSgid(['completion', shell]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`sgid completion ${shell} --candidates`);
    expect(stdout).toMatch(/[^\n]\n$/);
  });

  it('needs to know the shell, and suggests none that there is not', async () => {
    expect(await runSgid(['completion'])).toMatchObject({ exitCode: 2, stdout: '' });
    const { exitCode, stderr } = await runSgid(['completion', 'tcsh']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish, powershell');
  });

  it('says how to install it, and nothing of the option for scripts', async () => {
    const { stdout } = await runSgid(['completion', '--help']);
    expect(stdout).toContain("echo 'source <(sgid completion bash)' >> ~/.bashrc");
    expect(stdout).toContain('sgid completion fish > ~/.config/fish/completions/sgid.fish');
    expect(stdout).not.toContain('--candidates');
  });
});

describe('renderCompletion', () => {
  it('keeps each candidate on a line of its own, whatever its description is', () => {
    const description = 'one\ntwo\tthree\u001b[31m "$(x)" `y` \'z\'';
    expect(renderCompletion({ kind: 'words', candidates: [['a', description]] })).toBe(
      'words\na\tone two three "$(x)" `y` \'z\'\n',
    );
  });

  it.each(['$(x)', '`x`', "a'b", 'a"b', 'a;b', 'a\nb', 'a\tb', 'a\\b', 'a|b', 'a*', '~', '', 'ä'])(
    'leaves the value %j out',
    (value) => {
      expect(renderCompletion({ kind: 'open', candidates: [[value]] })).toBe('open\n');
    },
  );
});

describe('parseTypedWords', () => {
  it.each([
    ['', [], ''],
    ['\0', [], ''],
    ['login\0', [], 'login'],
    ['login\0\0', ['login'], ''],
    ['login\0--out\0x', ['login'], '--out'],
    ['login\0lo\0\r\n', ['login'], 'lo'],
    ['"open\0', [], 'open'],
    ['"open"\0', [], 'open'],
    ["'open\0", [], 'open'],
    ['a\\ b\0', [], 'a b'],
    ['"a\\ b\0', [], 'a\\ b'],
  ])('reads %j', (text, before, current) => {
    expect(parseTypedWords(text)).toEqual({ before, current });
  });
});

// No PowerShell runs here: this holds the script to what can be told from its text.
describe('the script for PowerShell', () => {
  it('closes every bracket and quote in the right order', () => {
    const open: string[] = [];
    const code = SCRIPT.replace(/^#.*$/gm, '').replace(/'[^'\n]*'|"[^"\n]*"/g, '');
    expect(code).not.toMatch(/["'`]/);
    for (const [bracket] of code.matchAll(/[(){}[\]]/g)) {
      if ('({['.includes(bracket)) open.push(bracket);
      else expect(`${open.pop()}${bracket}`).toMatch(/^(?:\(\)|\{\}|\[\])$/);
    }
    expect(open).toEqual([]);
  });

  it('evaluates nothing that sgid answers', () => {
    expect(SCRIPT).not.toMatch(/Invoke-Expression|iex|& \$|\. \$|ScriptBlock\]::Create/i);
  });

  it.each([
    ['is for sgid', 'Register-ArgumentCompleter -Native -CommandName sgid '],
    ['hands the words over so that Node takes none', '| sgid completion powershell --candidates 2>$null'],
    ['doubles the quotes in what it quotes', `"'" + $value.Replace("'", "''") + "'"`],
    ['gives what has none a description', 'if (-not $description) { $description = $value }'],
  ])('%s', (_name, code) => {
    expect(SCRIPT).toContain(code);
  });
});
