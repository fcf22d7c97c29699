import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadDotenv, MAX_DOTENV_BYTES, parseDotenv } from '../../../src/settings/dotenv.ts';
import { type Files, systemFiles } from '../../../src/system/files.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { failureOf, memoryFiles } from './in-memory.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIItest+/=\n-----END PRIVATE KEY-----';

describe('parseDotenv', () => {
  it.each([
    ['a plain line', 'SGID_CLIENT_ID=TEST-1a2b3c4d', 'TEST-1a2b3c4d'],
    ['export', 'export SGID_CLIENT_ID=TEST', 'TEST'],
    ['double quotes', 'SGID_CLIENT_ID="a b"', 'a b'],
    ['single quotes', "SGID_CLIENT_ID='a b'", 'a b'],
    ['a comment after it', 'SGID_CLIENT_ID=TEST # the id', 'TEST'],
    ['a comment after a tab', 'SGID_CLIENT_ID=TEST\t#the id', 'TEST'],
    ['a comment alone', 'SGID_CLIENT_ID= # the id', ''],
    ['# within it', 'SGID_CLIENT_ID=p4ss#w0rd', 'p4ss#w0rd'],
    ['# at its start', 'SGID_CLIENT_ID=#w0rd', '#w0rd'],
    ['# within quotes', 'SGID_CLIENT_ID="a #b" # c', 'a #b'],
    ['quotes within it', `SGID_CLIENT_ID=a"b'c`, `a"b'c`],
    ['a backslash and a dollar sign', String.raw`SGID_CLIENT_ID=a\nb$c`, String.raw`a\nb$c`],
    [
      'quotes of all kinds, a comment sign and \\n within it',
      'SGID_CLIENT_ID=a"b\'c`d#e\\n',
      'a"b\'c`d#e\\n',
    ],
    ['slashes and equals signs', 'SGID_CLIENT_ID=a/b+c==', 'a/b+c=='],
    ['CRLF', '# x\r\nSGID_CLIENT_ID=TEST\r\nB=1\r\n', 'TEST'],
    ['a byte order mark', '\uFEFFSGID_CLIENT_ID=TEST', 'TEST'],
    ['a path of Windows', String.raw`SGID_CLIENT_ID="C:\new\key.pem" # x`, String.raw`C:\new\key.pem`],
    ['a path of a network', String.raw`SGID_CLIENT_ID="\\nas\new.pem"`, String.raw`\\nas\new.pem`],
    ['a path within quotes', String.raw`SGID_CLIENT_ID="at C:\new"`, 'at C:\new'],
    ['lines of which the first is a path', 'SGID_CLIENT_ID="C:\\new\nb"', 'C:\new\nb'],
    ['a byte order mark within it', 'SGID_CLIENT_ID=a\uFEFFb', 'a\uFEFFb'],
    ['nothing', 'SGID_CLIENT_ID=', ''],
    ['backquotes', 'SGID_CLIENT_ID=`a b`', 'a b'],
    ['blanks around everything', '\tSGID_CLIENT_ID\t= TEST ', 'TEST'],
    ['a line behind U+2028 in a comment', 'SGID_CLIENT_ID=TEST\n# x\u2028SGID_CLIENT_ID=no', 'TEST'],
    ['a key without quotes in quotes', `SGID_CLIENT_ID='\nA=${PEM}'`, `\nA=${PEM}`],
    ['a heading', '[sgid]\nSGID_CLIENT_ID=TEST', 'TEST'],
    ['a comment that looks like it', '#SGID_CLIENT_ID=no\nSGID_CLIENT_ID=TEST', 'TEST'],
    ['the last of two', 'SGID_CLIENT_ID=OLD\nSGID_CLIENT_ID=TEST', 'TEST'],
  ])('reads %s', (_, text, expected) => {
    expect(parseDotenv(text).variables['SGID_CLIENT_ID']).toBe(expected);
  });

  it.each([
    ['in double quotes', `K="${PEM}"`],
    ['in single quotes', `K='${PEM}'`],
    ['with escaped line breaks', `K="${PEM.replaceAll('\n', '\\n')}"`],
    ['without quotes', `K=${PEM}`],
    ['without quotes, exported', `  export K = ${PEM}`],
  ])('reads a key %s, and the variable after it', (_, text) => {
    expect(parseDotenv(`A=1\n${text}\nB=2\n`).variables).toEqual({ A: '1', K: PEM, B: '2' });
  });
});

it.each([
  ['A=b # c', ['A']],
  ['A=b\t#c\nB=d #e', ['A', 'B']],
  ['A= # c', []],
  ['A=  \t # c', []],
  ['A="b" # c', []],
  ['A=b#c', []],
])('names what a comment may have cut short: %j', (text, names) => {
  const why = 'the text after " #" is read as a comment; if it is part of the value, quote the value';
  expect(parseDotenv(text).doubts).toEqual(names.map((name) => [name, why]));
});

it.each([
  ['A="b\nB="c"', ['B']],
  ["A='b\r\nB=c\n export C = d\nexport D=e'", ['B', 'C', 'D']],
  ['A="b\nB= "', ['B']],
  ['A=`b\n\tB_1.x=c`', ['B_1.x']],
  ['A="b B=c"', []],
  ['A=b\nB=c', []],
  [`A="${PEM}"`, []],
  ['A="x\nAbCd=\nAbCd==\n-----END"', []],
])('names what a quote that is not closed takes in: %j', (text, names) => {
  const why = 'it is inside the quotes of A; close them before it';
  expect(parseDotenv(text).doubts).toEqual(names.map((name) => [name, why]));
});

describe('loadDotenv', () => {
  it('reads ./.env unless another is named', async () => {
    const files = memoryFiles({ '.env': 'A=1', 'staging.env': { open: 'A=2' } });
    expect(await loadDotenv(undefined, files, new Set())).toEqual({
      path: '.env',
      variables: { A: '1' },
      doubts: [],
      readableByOthers: false,
    });
    expect(await loadDotenv('staging.env', files, new Set())).toEqual({
      path: 'staging.env',
      variables: { A: '2' },
      doubts: [],
      readableByOthers: true,
    });
  });

  it('reads UTF-16, as PowerShell writes it', async () => {
    const bytes = Buffer.from('\uFEFFA=1\r\n', 'utf16le');
    expect((await loadDotenv(undefined, memoryFiles({ '.env': bytes }), new Set()))?.variables).toEqual({
      A: '1',
    });
  });

  it.each(['ENOENT', 'EISDIR'])('does without ./.env on %s', async (fails) => {
    const notices = new Set<string>();
    expect(await loadDotenv(undefined, memoryFiles({ '.env': { fails } }), notices)).toBeUndefined();
    expect([...notices]).toEqual([]);
  });

  it('reads a file of 256 KiB', async () => {
    const files = memoryFiles({ '.env': `A=1${'\n'.repeat(MAX_DOTENV_BYTES - 3)}` });
    expect((await loadDotenv('.env', files, new Set()))?.variables).toEqual({ A: '1' });
  });

  it.each([
    ['may not be read', { fails: 'EACCES' }, 'the env file .env may not be read by this user'],
    ['is too large', { fails: 'EFBIG' }, 'the env file .env is larger than 1 MiB'],
    ['is too large to parse', '\n'.repeat(MAX_DOTENV_BYTES + 1), 'the env file .env is larger than 256 KiB'],
  ])('warns of a ./.env that %s, and refuses it where it is named', async (_, file, message) => {
    const files = memoryFiles({ '.env': file });
    const notices = new Set<string>();
    expect(await loadDotenv(undefined, files, notices)).toBeUndefined();
    expect([...notices]).toEqual([`.env is ignored: ${message}`]);
    const error = await failureOf(() => loadDotenv('.env', files, notices));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', message, hint: expect.any(String) });
  });

  it.each(['ENOENT', 'EISDIR'])('refuses a file that was named on %s', async (fails) => {
    const error = await failureOf(() => loadDotenv('.env', memoryFiles({ '.env': { fails } }), new Set()));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
  });

  it.runIf(process.platform !== 'win32').each<[string, (path: string) => void]>([
    ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path])],
    ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
    ['a link to the terminal', (path) => symlinkSync('/dev/tty', path)],
  ])('does without ./.env when it is %s, and says so', async (_, place) => {
    const folder = mkdtempSync(join(tmpdir(), 'sgid-env-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    place(join(folder, '.env'));
    const files: Pick<Files, 'readSecretFile'> = {
      readSecretFile: (path, only) => systemFiles.readSecretFile(join(folder, path), only),
    };
    const notices = new Set<string>();
    expect(await loadDotenv(undefined, files, notices)).toBeUndefined();
    expect([...notices]).toEqual(['.env is ignored: it is not a regular file; to read it, pass -e .env']);
  });

  it('reads a pipe that was named', async () => {
    const asked: unknown[] = [];
    const files: Pick<Files, 'readSecretFile'> = {
      readSecretFile: async (...request) => {
        asked.push(request);
        return { bytes: Buffer.from('A=1'), readableByOthers: false };
      },
    };
    expect((await loadDotenv('.env', files, new Set()))?.variables).toEqual({ A: '1' });
    expect(asked).toEqual([['.env']]);
  });
});

it('parses BEGIN lines without end in linear time', async () => {
  await expectLinearTime(50_000, (size) => parseDotenv('a=-----BEGIN A-----\n'.repeat(size)));
});
