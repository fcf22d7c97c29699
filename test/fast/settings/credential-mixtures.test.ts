import { describe, expect, it } from 'vitest';
import { readCredentialsFile } from '../../../src/settings/credentials-file.ts';
import { expectLinearTime } from '../../helpers/growth.ts';
import { failureOf, TEST_KEY, wordsOf } from './in-memory.ts';

const CLIENT = { clientId: 'TEST-1a2b3c4d', clientSecret: 'a/b+c=' };
const JSON_CLIENT = { id: 'TEST-1a2b3c4d', secret: 'a/b+c=' };
const PRETTY = JSON.stringify(JSON_CLIENT, null, 2);
const ESCAPED_KEY = TEST_KEY.replaceAll('\n', '\\n');

function valuesIn(text: string): ReturnType<typeof readCredentialsFile>['values'] {
  return readCredentialsFile(text, 'client.txt').values;
}

describe('an env-shaped credentials file', () => {
  it.each<[string, string]>([
    ['plain', 'SGID_CLIENT_ID=TEST-1a2b3c4d\nSGID_CLIENT_SECRET=a/b+c=\n'],
    ['without a last line break', 'SGID_CLIENT_ID=TEST-1a2b3c4d\nSGID_CLIENT_SECRET=a/b+c='],
    ['in double quotes', 'SGID_CLIENT_ID="TEST-1a2b3c4d"\nSGID_CLIENT_SECRET="a/b+c="\n'],
    ['in single quotes', "SGID_CLIENT_ID='TEST-1a2b3c4d'\nSGID_CLIENT_SECRET='a/b+c='\n"],
    ['in backquotes', 'SGID_CLIENT_ID=`TEST-1a2b3c4d`\nSGID_CLIENT_SECRET=`a/b+c=`\n'],
    ['with export', 'export SGID_CLIENT_ID=TEST-1a2b3c4d\nexport SGID_CLIENT_SECRET="a/b+c="\n'],
    [
      'with comments',
      '# sgID\nSGID_CLIENT_ID=TEST-1a2b3c4d # ours\n\n#SGID_CLIENT_SECRET=no\nSGID_CLIENT_SECRET=a/b+c= #\n',
    ],
    ['with CRLF', 'SGID_CLIENT_ID=TEST-1a2b3c4d\r\nSGID_CLIENT_SECRET=a/b+c=\r\n'],
    ['with a byte order mark', '\uFEFFSGID_CLIENT_ID=TEST-1a2b3c4d\nSGID_CLIENT_SECRET=a/b+c=\n'],
    [
      'with blanks around everything',
      '  SGID_CLIENT_ID = TEST-1a2b3c4d  \n\tSGID_CLIENT_SECRET\t= a/b+c= \n',
    ],
    ['under a heading', '[sgid]\nSGID_CLIENT_ID=TEST-1a2b3c4d\nSGID_CLIENT_SECRET=a/b+c=\n'],
    [
      'where the last line counts',
      'SGID_CLIENT_ID=OLD\nSGID_CLIENT_ID=TEST-1a2b3c4d\nSGID_CLIENT_SECRET=a/b+c=\n',
    ],
  ])('is read %s', (_name, text) => {
    expect(valuesIn(text)).toEqual(CLIENT);
  });

  it.each<[string, string]>([
    ['over several lines in double quotes', `"${TEST_KEY}"`],
    ['over several lines in single quotes', `'${TEST_KEY}'`],
    ['over several lines without quotes', TEST_KEY],
    ['over several lines with CRLF', `"${TEST_KEY.replaceAll('\n', '\r\n')}"`],
    ['in one line with escapes in double quotes', `"${ESCAPED_KEY}"`],
    ['in one line with escapes and no quotes', ESCAPED_KEY],
  ])('may hold the key %s', (_name, key) => {
    const text = `SGID_CLIENT_ID=TEST-1a2b3c4d\nexport SGID_PRIVATE_KEY=${key}\nSGID_CLIENT_SECRET='a/b+c='\n`;
    const { privateKey = '', ...rest } = valuesIn(text);
    expect(rest).toEqual(CLIENT);
    const lines = privateKey.replaceAll('\\n', '\n').replaceAll('\r', '').trim();
    expect(lines).toBe(TEST_KEY.trim());
  });
});

describe('JSON and env lines in one file', () => {
  it.each<[string, string]>([
    ['JSON after a line', `SGID_CLIENT_ID=TEST-1a2b3c4d\n{"secret": "a/b+c="}\n`],
    ['JSON before a line', `{"secret": "a/b+c="}\nSGID_CLIENT_ID=TEST-1a2b3c4d\n`],
    ['pretty JSON among lines', `# downloaded\n${PRETTY}\nUNRELATED="x"\n`],
    ['pretty JSON with CRLF', `# downloaded\r\n${PRETTY.replaceAll('\n', '\r\n')}\r\nUNRELATED="x"\r\n`],
    ['JSON nested', `UNRELATED=1\n${JSON.stringify({ client: JSON_CLIENT })}\n`],
    ['two pieces of JSON', '{"id": "TEST-1a2b3c4d"}\n{"secret": "a/b+c="}\n'],
    ['the same client twice', `SGID_CLIENT_ID=TEST-1a2b3c4d\nSGID_CLIENT_SECRET=a/b+c=\n${PRETTY}\n`],
    ['JSON as a value', `SGID_CREDENTIALS=${JSON.stringify(JSON_CLIENT)}\n`],
    ['JSON as an exported value', `export CREDENTIALS=${JSON.stringify(JSON_CLIENT)}\n`],
    ['JSON as a value in single quotes', `CREDENTIALS='${JSON.stringify(JSON_CLIENT)}'\n`],
    ['pretty JSON as a value in quotes', `CREDENTIALS='${PRETTY}'\nUNRELATED=1\n`],
    ['pretty JSON as a value without quotes', `CREDENTIALS=${PRETTY}\nUNRELATED=1\n`],
    ['JSON with brackets in its texts', `A=1\n{"id": "TEST-1a2b3c4d", "x": "}{\\"]", "secret": "a/b+c="}\n`],
    ['a value that only looks like JSON', `A={b}\nB=[c\n${PRETTY}\n`],
  ])('%s', (_name, text) => {
    expect(valuesIn(text)).toEqual(CLIENT);
  });

  it('known names take JSON as it is meant: a JWK, lists of scopes and redirect URIs', () => {
    const text = [
      'SGID_PRIVATE_KEY={"kty": "RSA",',
      '  "n": "test"}',
      'SGID_SCOPE=["openid", "myinfo.name"]',
      'SGID_REDIRECT_URI=["http://localhost:1/x"]',
      'SGID_CLIENT_SECRET={"a": 1}',
    ].join('\n');
    expect(valuesIn(text)).toEqual({
      privateKey: '{"kty":"RSA","n":"test"}',
      scope: 'openid myinfo.name',
      redirectUri: 'http://localhost:1/x',
      clientSecret: '{"a": 1}',
    });
  });

  it('tells what was understood and ignored of both', () => {
    const { recognised, ignored } = readCredentialsFile(
      `SGID_SCOPE=openid\nUNRELATED=1\n${JSON.stringify({ client: { ...JSON_CLIENT, name: 'x' } })}`,
      'client.txt',
    );
    expect(recognised).toEqual([
      { field: 'clientId', name: 'client.id' },
      { field: 'clientSecret', name: 'client.secret' },
      { field: 'scope', name: 'SGID_SCOPE' },
    ]);
    expect(ignored).toEqual(['UNRELATED', 'client.name']);
  });

  it.each<[string, string, string]>([
    [
      'broken JSON after lines',
      `A=1\n\n{"id": "canary",\n "secret": canary}`,
      'is not valid JSON (line 4, column 12)',
    ],
    ['JSON that is cut off after lines', 'A=1\n{"id": "canary"', 'is not valid JSON (line 2, column 16)'],
    ['a list that is cut off', '[{"id": "canary"}', 'is not valid JSON (line 1, column 18)'],
    [
      'another client in JSON',
      `SGID_CLIENT_ID=canary\nSGID_CLIENT_SECRET=x\n${PRETTY}`,
      'more than one client id',
    ],
    ['two clients in JSON', `${PRETTY}\n{"id": "canary", "secret": "x"}`, 'more than one client id'],
  ])('refuses %s', async (_name, text, problem) => {
    const error = await failureOf(() => valuesIn(text));
    expect(error).toMatchObject({ code: 'ERR_CREDENTIALS_FILE', step: 'config' });
    expect(error.message).toContain(problem);
    expect(wordsOf(error)).not.toContain('canary');
  });
});

it.each([
  '{',
  '{\n',
  'A={\n',
  'A={}\n',
  'A="\n',
  'A=\'\nA="\n',
  'export ',
  ' ',
  '\n ',
  '{}\n',
  '{"a":1}\n',
  '[\n',
  'A=[1]\n',
])('reads %j over and over in linear time', async (unit) => {
  const attempt = (text: string): unknown => {
    try {
      return valuesIn(text);
    } catch (error) {
      return error;
    }
  };
  await expectLinearTime(240_000, (size) => attempt(`A=1\n${unit.repeat(Math.ceil(size / unit.length))}`));
});
