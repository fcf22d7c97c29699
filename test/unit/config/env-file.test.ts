import { describe, expect, it } from 'vitest';
import { parseEnvText, readEnvFile } from '../../../src/config/env-file.ts';
import { failureOf, memoryFiles } from './in-memory.ts';

const PEM = '-----BEGIN PRIVATE KEY-----\nMIItest+/=\n-----END PRIVATE KEY-----';

describe('parseEnvText', () => {
  it.each([
    ['a plain line', 'SGID_CLIENT_ID=TEST-1a2b3c4d', 'TEST-1a2b3c4d'],
    ['export', 'export SGID_CLIENT_ID=TEST', 'TEST'],
    ['double quotes', 'SGID_CLIENT_ID="a b"', 'a b'],
    ['single quotes', "SGID_CLIENT_ID='a b'", 'a b'],
    ['a comment after it', 'SGID_CLIENT_ID=TEST # the id', 'TEST'],
    ['slashes and equals signs', 'SGID_CLIENT_ID=a/b+c==', 'a/b+c=='],
    ['CRLF', '# x\r\nSGID_CLIENT_ID=TEST\r\nB=1\r\n', 'TEST'],
    ['a byte order mark', '\uFEFFSGID_CLIENT_ID=TEST', 'TEST'],
    ['nothing', 'SGID_CLIENT_ID=', ''],
  ])('reads %s', (_, text, expected) => {
    expect(parseEnvText(text)['SGID_CLIENT_ID']).toBe(expected);
  });

  it.each([
    ['in double quotes', `K="${PEM}"`],
    ['in single quotes', `K='${PEM}'`],
    ['with escaped line breaks', `K="${PEM.replaceAll('\n', '\\n')}"`],
    ['without quotes', `K=${PEM}`],
    ['without quotes, exported', `  export K = ${PEM}`],
  ])('reads a key %s, and the variable after it', (_, text) => {
    expect(parseEnvText(`A=1\n${text}\nB=2\n`)).toEqual({ A: '1', K: PEM, B: '2' });
  });
});

describe('readEnvFile', () => {
  it('reads ./.env unless another is named', async () => {
    const files = memoryFiles({ '.env': 'A=1', 'staging.env': { open: 'A=2' } });
    expect(await readEnvFile(undefined, files)).toEqual({
      path: '.env',
      variables: { A: '1' },
      variablesToNode: { A: '1' },
      readableByOthers: false,
    });
    expect(await readEnvFile('staging.env', files)).toEqual({
      path: 'staging.env',
      variables: { A: '2' },
      variablesToNode: { A: '2' },
      readableByOthers: true,
    });
  });

  it('reads UTF-16, as PowerShell writes it', async () => {
    const bytes = Buffer.from('\uFEFFA=1\r\n', 'utf16le');
    expect((await readEnvFile(undefined, memoryFiles({ '.env': bytes })))?.variables).toEqual({ A: '1' });
  });

  it.each(['ENOENT', 'EISDIR'])('does without ./.env on %s', async (fails) => {
    expect(await readEnvFile(undefined, memoryFiles({ '.env': { fails } }))).toBeUndefined();
  });

  it('does not pass over ./.env when it may not be read', async () => {
    const error = await failureOf(() => readEnvFile(undefined, memoryFiles({ '.env': { fails: 'EACCES' } })));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
    expect(error.message).toBe('the env file .env may not be read by this user');
  });

  it.each(['ENOENT', 'EISDIR', 'EACCES'])('refuses a file that was named on %s', async (fails) => {
    const error = await failureOf(() => readEnvFile('.env', memoryFiles({ '.env': { fails } })));
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config' });
  });
});
