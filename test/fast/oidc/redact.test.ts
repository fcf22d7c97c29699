import { describe, expect, it, vi } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { createRedactor, REDACTED, redact } from '../../../src/text/redact.ts';
import { signIdToken } from '../../helpers/sign-id-token.ts';

const SECRET = 'canary/a+b&c=d e%f"g\\h';

describe('redact, by value', () => {
  it.each<[string, string]>([
    ['as it is', SECRET],
    ['twice', `${SECRET}${SECRET}`],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a form', new URLSearchParams({ x: SECRET }).toString().slice(2)],
    ['in JSON', JSON.stringify(SECRET)],
    ['in JSON inside JSON', JSON.stringify(SECRET.replaceAll('\\', '').replaceAll('"', ''))],
    ['in upper case', SECRET.toUpperCase()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in base64 in a URL', encodeURIComponent(Buffer.from(SECRET).toString('base64'))],
  ])('finds the secret %s', (_name, text) => {
    const secrets = [SECRET, SECRET.replaceAll('\\', '').replaceAll('"', '')];
    const result = redact(`before ${text} after`, secrets);
    expect(result).not.toMatch(/canary|Y2FuYXJ5/i);
    expect(result).toMatch(/^before .*\[redacted\].* after$/);
  });

  it('finds either alphabet of base64, padded or not', () => {
    const secret = 'canary~~~???>>>';
    expect(redact('Y2FuYXJ5fn5+Pz8/Pj4+', [secret])).toBe(REDACTED);
    expect(redact('Y2FuYXJ5fn5-Pz8_Pj4-', [secret])).toBe(REDACTED);
    expect(redact('<Y2FuYXJ5fg==>', ['canary~'])).toMatch(/^<\[redacted\](==)?>$/);
  });

  it('finds tabs and line breaks as JSON writes them', () => {
    const secret = 'canary\tone\r\ntwo';
    expect(redact(JSON.stringify({ message: secret }), [secret])).toBe(`{"message":"${REDACTED}"}`);
  });

  it('takes the longest first, so that no rest of it stays', () => {
    expect(redact('secret-and-more', ['secret', 'secret-and-more'])).toBe(REDACTED);
  });

  it('leaves text alone that merely looks like a pattern of the secret', () => {
    expect(redact('axbxc aabbcc', ['a.b.c', 'a+b+c', '[abc]+'])).toBe('axbxc aabbcc');
  });

  it('takes odd secrets as they are', () => {
    for (const odd of [
      '(((((',
      '$&$1',
      '\\\\\\\\',
      'a|b|',
      '\ud800\ud800\ud800\ud800',
      '陈伟明x😀',
      '{4}{4}',
    ]) {
      expect(redact(`<${odd}>`, [odd])).toBe(`<${REDACTED}>`);
    }
  });

  it('leaves very short values, which cannot be told from words', () => {
    expect(redact('a cat sat', ['cat', '', 'a'])).toBe('a cat sat');
  });

  it('finds each line of a private key', () => {
    const [, line = ''] = TEST_PRIVATE_KEY.split('\n');
    expect(redact(`near ${line} token`, [TEST_PRIVATE_KEY])).toBe(`near ${REDACTED} token`);
    expect(redact(`near ${line} token`, [TEST_PRIVATE_KEY.replaceAll('\n', '\\n')])).toBe(
      `near ${REDACTED} token`,
    );
  });
});

describe('redact, the private key as one of the secrets', () => {
  const body = TEST_PRIVATE_KEY.split('\n').slice(1, -2);

  it.each<[string, string]>([
    ['with line breaks', TEST_PRIVATE_KEY],
    ['with escaped line breaks', TEST_PRIVATE_KEY.replaceAll('\n', '\\n')],
    ['on one line', TEST_PRIVATE_KEY.replaceAll('\n', ' ')],
    ['in a URL', encodeURIComponent(TEST_PRIVATE_KEY)],
    ['without its labels', body.join('')],
    ['without its first label', `${body.join('\n')}\n-----END PRIVATE KEY-----`],
  ])('leaves nothing of it %s', (_name, text) => {
    const result = redact(`before ${text}`, [TEST_PRIVATE_KEY]);
    for (const line of body) expect(result).not.toContain(line);
    expect(result).toMatch(/^before .*\[redacted\]/);
  });

  it('leaves the words around the key alone', () => {
    const bag = `Attributes\nfriendlyName: canary\n${TEST_PRIVATE_KEY}`;
    expect(redact('Attributes of the PRIVATE KEY', [bag])).toBe('Attributes of the PRIVATE KEY');
  });
});

describe('createRedactor', () => {
  it('hides what it is told of, at any time', () => {
    const redactor = createRedactor();
    expect(redactor.redact('one two-two')).toBe('one two-two');
    redactor.hide(['two-two']);
    expect(redactor.redact('four two-two')).toBe(`four ${REDACTED}`);
    redactor.hide(['four']);
    expect(redactor.redact('four two-two')).toBe(`${REDACTED} ${REDACTED}`);
  });

  it('prepares its search once, not for each text', () => {
    const redactor = createRedactor();
    redactor.hide(['canary']);
    const prepared = vi.spyOn(Buffer, 'from');
    redactor.redact('one');
    const first = prepared.mock.calls.length;
    redactor.redact('two');
    const second = prepared.mock.calls.length;
    prepared.mockRestore();
    expect(first).toBeGreaterThan(0);
    expect(second).toBe(first);
  });
});

describe('redact, by name and shape', () => {
  it.each([
    ['{"access_token":"canary"}', `{"access_token":"${REDACTED}"}`],
    ['{"id_token" : "can\\"ary"}', `{"id_token" : "${REDACTED}"}`],
    ['{"client_secret":"canary cut o', `{"client_secret":"${REDACTED}"`],
    ['{"Authorization":"canary"}', `{"Authorization":"${REDACTED}"}`],
    ['client_secret=canary&x=1', `client_secret=${REDACTED}&x=1`],
    ['https://a.test/cb?code=canary&state=s', `https://a.test/cb?code=${REDACTED}&state=s`],
    ['code_verifier=canary', `code_verifier=${REDACTED}`],
    ['Authorization: Bearer canary-token', `Authorization: Bearer ${REDACTED}`],
    ['authorization: basic Y2FuYXJ5OmNhbmFyeQ==', `authorization: basic ${REDACTED}`],
    ['-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----!', `${REDACTED}!`],
    ['-----BEGIN PRIVATE KEY-----\ncanary cut o', REDACTED],
    ['-----BEGIN PRIVATE KEY-----\\ncanary\\n-----END PRIVATE KEY-----!', `${REDACTED}!`],
    ['-----BEGIN PRIVATE KEY-----\\\\r\\\\ncanary cut o', REDACTED],
    ['-----BEGIN PRIVATE KEY-----\r\n\r\ncanary cut o', REDACTED],
    ['-----BEGIN PRIVATE KEY-----%0AMIIEcanarycanary', REDACTED],
    ['-----BEGIN PRIVATE KEY----- MIIEcanarycanary', REDACTED],
    ['-----BEGIN PRIVATE KEY-----MIIEcanarycanary', REDACTED],
    ['-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\ncanary', REDACTED],
    [
      '-----BEGIN PRIVATE KEY-----. -----BEGIN PRIVATE KEY-----\nx',
      `-----BEGIN PRIVATE KEY-----. ${REDACTED}`,
    ],
  ])('%j', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });

  it('finds a JWT and a JWE', async () => {
    const jwt = await signIdToken();
    expect(redact(`got ${jwt}, sorry`, [])).toBe(`got ${REDACTED}, sorry`);
    expect(redact('eyJhbGciOiJkaXIifQ..aXY.Y2FuYXJ5.dGFn', [])).toBe(REDACTED);
  });

  it.each([
    'the code has expired',
    'response_type=code&code_challenge=abc&state=xyz',
    '{"error":"invalid_grant","error_description":"code used"}',
    'Bearer of news',
    '-----BEGIN PUBLIC KEY-----',
    '-----BEGIN PRIVATE KEY-----',
    'Give the file that begins with -----BEGIN PRIVATE KEY-----. If it is lost, make a new one.',
    'one that begins with -----BEGIN RSA PRIVATE KEY----- and is not encrypted',
    'from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----',
  ])('leaves harmless text: %s', (text) => {
    expect(redact(text, [])).toBe(text);
  });
});

it.each([
  'eyJ-',
  '"code":',
  'code=',
  'Bearer ',
  '-----BEGIN PRIVATE KEY',
  '-----BEGIN PRIVATE KEY-----',
  '\\',
  'canary/',
  '%2f',
  '&#',
])('takes time in proportion to the text, with much of %j', (piece) => {
  const text = piece.repeat(400_000 / piece.length);
  expect(redact(text, [SECRET, 'canary/canary/canary+'])).toBeTypeOf('string');
});

it.each(['\n', ' ', '\\', '\\n', '. '])(
  'takes time in proportion to the text, a label before much of %j',
  (piece) => {
    const text = `-----BEGIN PRIVATE KEY-----${piece.repeat(400_000 / piece.length)}`;
    expect(redact(text, [])).toBeTypeOf('string');
  },
);
