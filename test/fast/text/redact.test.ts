import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { createRedactor, REDACTED, redact } from '../../../src/text/redact.ts';
import { signIdToken } from '../../helpers/sign-id-token.ts';

const SECRET = 'canary/a+b&c=d e%f"g\\h';

describe('redact, by value', () => {
  it.each([
    ['as it is', SECRET],
    ['twice', `${SECRET}${SECRET}`],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a path', encodeURIComponent(SECRET).replaceAll('%2B', '+')],
    ['in a URL in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['in a URL within a URL', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in a form', new URLSearchParams({ x: SECRET }).toString().slice(2)],
    ['in JSON', JSON.stringify(SECRET)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(SECRET))],
    ['in JSON that escapes slashes', JSON.stringify(SECRET).replaceAll('/', '\\/')],
    ['in upper case', SECRET.toUpperCase()],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in upper-case hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in base64 in a URL', encodeURIComponent(Buffer.from(SECRET).toString('base64'))],
  ])('finds the secret %s', (_name, text) => {
    expect(redact(`before ${text} after`, [SECRET])).toMatch(
      /^before [\\"]*(\[redacted\])+(=|%3D)*[\\"]* after$/,
    );
  });

  it.each(['base64', 'base64url'] as const)('finds it inside longer %s, at every offset', (encoding) => {
    const secret = 'canary~~~???>>>';
    for (const before of ['', '1', '12', '123', '0123:', '0123456789:']) {
      for (const after of ['', '1', '12', '123', ' 0123456789 0123']) {
        const shown = redact(Buffer.from(before + secret + after).toString(encoding), [secret]);
        expect(shown).toContain(REDACTED);
        const left = Buffer.from(shown.replace(REDACTED, ''), 'base64').toString('latin1');
        expect(left).not.toMatch(/[a-z~?>]{3}/);
      }
    }
  });

  it.each([
    ['wrapped', (text: string) => text.match(/.{1,9}/g)?.join('\r\n')],
    ['wrapped, in JSON', (text: string) => JSON.stringify(text.match(/.{1,9}/g)?.join('\r\n'))],
    ['wrapped, in a URL', (text: string) => encodeURIComponent(text.match(/.{1,9}/g)?.join('\n') ?? '')],
    ['as a mail wraps it', (text: string) => text.match(/.{1,9}/g)?.join('=\n')],
    ['with a blank in it', (text: string) => `${text.slice(0, 30)} ${text.slice(30)}`],
    ['with what nobody sees in it', (text: string) => text.split('').join('\u00ad\u{e0041}')],
  ])('finds it in base64 of the form that was sent, %s', (_name, spell) => {
    for (const before of ['', '1', '12']) {
      const form = new URLSearchParams({ [`client${before}`]: 'x', client_secret: SECRET }).toString();
      const shown = redact(`<${spell(Buffer.from(form).toString('base64'))}>`, [SECRET]);
      const left = Buffer.from(shown.replace(/%0A|\\[rn]/g, ''), 'base64').toString('latin1');
      expect(shown).toContain(REDACTED);
      expect(left).not.toMatch(/anary|%2Fa|b%26|c%3D/);
    }
  });

  it('hides all of a long secret, at every place where a part of it ends', () => {
    const secret = Array.from({ length: 400 }, (_, index) => `${index}-`).join('');
    for (const spelt of [
      secret,
      ...[0, 1, 2].map((n) => Buffer.from('x'.repeat(n) + secret).toString('base64')),
    ])
      expect(redact(`<${spelt}>`, [secret])).toMatch(/^<.{0,4}\[redacted\].{0,4}>$/);
  });

  it('looks for the first 32 KiB of a file that is no secret', () => {
    const file = Array.from({ length: 10_000 }, (_, index) => `${index}-`).join('');
    expect(redact(`<${file.slice(-600)}>`, [file])).toBe(`<${file.slice(-600)}>`);
    expect(redact(`<${file.slice(0, 600)}>`, [file])).toContain(REDACTED);
  });

  it('finds a piece of a long secret', () => {
    const secret = Array.from({ length: 400 }, (_, index) => `${index}-`).join('');
    expect(redact(`<${secret.slice(0, 1021)}>`, [secret])).toBe(`<${REDACTED}>`);
  });

  it('takes no secret to be in words that stand side by side', () => {
    expect(redact('late street', ['test', 'a\ntes'])).toBe('late street');
    for (const end of ['\n', '\\n', '\\\\r\\\\n'])
      expect(redact(`<canar${end}yxx>`, ['canaryxx'])).toBe(`<${REDACTED}>`);
    expect(redact('<canary on\r\ne two>', ['canary one two'])).toBe(`<${REDACTED}>`);
  });

  it('finds signs that a form encodes and a URL does not, and line breaks as JSON writes them', () => {
    const secret = "canary!'()*~\tone\r\ntwo";
    expect(redact(`${new URLSearchParams({ x: secret })}`, [secret])).toBe(`x=${REDACTED}`);
    expect(redact(JSON.stringify({ x: secret }), [secret])).toBe(`{"x":"${REDACTED}"}`);
  });

  it.each([
    ['secret-and-more', ['secret', 'secret-and-more']],
    ['one-two-three', ['one-two', 'two-three']],
  ])('takes out secrets that overlap, whole: %s', (text, secrets) => {
    expect(redact(`<${text}>`, secrets)).toBe(`<${REDACTED}>`);
  });

  it.each([
    ...['(((((', '$&$1', '\\\\\\\\', 'a|b|', '\ud800\ud800\ud800\ud800', '陈伟明x😀', '{4}{4}'],
    ...['a%41b%2Fc%', 'a\\\\n\\u0041\\', 'a&#65;&amp;&', '%%%%%%%%', '\\n\\n\\n\\n', '\u0130CANARY'],
  ])('takes odd secrets as they are: %j', (odd) => {
    expect(redact(`\u0130<${odd}>`, [odd])).toBe(`\u0130<${REDACTED}>`);
    expect(redact(`<${JSON.stringify(odd).slice(1, -1)}>`, [odd])).toBe(`<${REDACTED}>`);
  });

  it('leaves what merely looks like a pattern of the secret, and very short values', () => {
    expect(redact('axbxc aabbcc', ['a.b.c', 'a+b+c', '[abc]+'])).toBe('axbxc aabbcc');
    expect(redact('a cat sat, Y2F0 Y3Vw', ['cat', '', 'a', `${'-'.repeat(509)}cup`])).toBe(
      'a cat sat, Y2F0 Y3Vw',
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
    ['one line of it', `${body[3]}`],
  ])('leaves nothing of it %s', (_name, text) => {
    const escaped = ['\\n', '\\\\n'].map((end) => TEST_PRIVATE_KEY.replaceAll('\n', end));
    for (const secret of [TEST_PRIVATE_KEY, TEST_PRIVATE_KEY.split('-----END')[0] ?? '', ...escaped]) {
      const result = redact(`before ${text}`, [secret]);
      for (const line of body) expect(result).not.toContain(line);
      expect(result).toMatch(/^before .*\[redacted\]/);
    }
  });

  it('leaves the words around the key alone', () => {
    const bag = `Attributes\nfriendlyName: canary\n${TEST_PRIVATE_KEY}`;
    const headers = 'DEK-Info: AES-256-CBC,0123456789ABCDEF, Originator: x';
    const encrypted = TEST_PRIVATE_KEY.replace('\n', `\n${headers.replace(', ', '\n')}\n\n`);
    const text = `Attributes of the PRIVATE KEY; ${headers}`;
    expect(redact(text, [bag, encrypted])).toBe(text);
  });
});

it('a redactor hides what it is told of, at any time', () => {
  const { hide, redact } = createRedactor();
  expect(redact('one two-two')).toBe('one two-two');
  hide(['two-two']);
  expect(redact('four two-two')).toBe(`four ${REDACTED}`);
  hide(['four']);
  expect(redact('four two-two')).toBe(`${REDACTED} ${REDACTED}`);
});

describe('redact, by name and shape', async () => {
  it.each([
    ['{"access_token":"canary"}', `{"access_token":"${REDACTED}"}`],
    ['{"id_token" : "can\\"ary"}', `{"id_token" : "${REDACTED}"}`],
    ['{"client_secret":"canary cut o', `{"client_secret":"${REDACTED}"`],
    ['{"Authorization":"canary"}', `{"Authorization":"${REDACTED}"}`],
    ['client_secret=canary&x=1', `client_secret=${REDACTED}&x=1`],
    ['https://a.test/cb?code=canary&state=s', `https://a.test/cb?code=${REDACTED}&state=s`],
    ['CODE=canary&client_secret=canary', `CODE=${REDACTED}&client_secret=${REDACTED}`],
    ['code_verifier=canary', `code_verifier=${REDACTED}`],
    ['next=%2Fcb%3Fcode%3Dcanary', `next=%2Fcb%3Fcode%3D${REDACTED}`],
    ['next=%252Fcb%253Fcode%253Dcanary', `next=%252Fcb%253Fcode%253D${REDACTED}`],
    ['Authorization: Bearer canary-token', `Authorization: Bearer ${REDACTED}`],
    ['{"authorization": "Bearer \t canary-token', `{"authorization": "${REDACTED}"`],
    ['Bearer \t canary-token', `Bearer ${REDACTED}`],
    ['authorization: basic Y2FuYXJ5OmNhbmFyeQ==', `authorization: basic ${REDACTED}`],
    ['-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----!', `${REDACTED}!`],
    ['-----BEGIN PRIVATE KEY-----\ncanary cut o', REDACTED],
    ['-----BEGIN PRIVATE KEY-----\\ncanary\\n-----END PRIVATE KEY-----!', `${REDACTED}!`],
    ['-----BEGIN PRIVATE KEY-----\\\\r\\\\ncanary cut o', REDACTED],
    ['-----BEGIN PRIVATE KEY-----\r\n\r\ncanary cut o', REDACTED],
    ['-----BEGIN PRIVATE KEY----- \t\ncanary cut o', REDACTED],
    ['-----BEGIN PRIVATE KEY-----%0AMIIEcanarycanary', REDACTED],
    ['-----BEGIN PRIVATE KEY----- MIIEcanarycanary', REDACTED],
    ['-----BEGIN PRIVATE KEY-----MIIEcanarycanary', REDACTED],
    ['-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\ncanary', REDACTED],
    [
      '-----BEGIN PRIVATE KEY-----. -----BEGIN PRIVATE KEY-----\nx',
      `-----BEGIN PRIVATE KEY-----. ${REDACTED}`,
    ],
    ['eyJhbGciOiJkaXIifQ..aXY.Y2FuYXJ5.dGFn', REDACTED],
    [`got ${await signIdToken()}, sorry`, `got ${REDACTED}, sorry`],
  ])('%j', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
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

it.each(['\n', ' ', '\\', '\\n', '%0a', '=', '. ', 'eyJ-', '"code":', '-----BEGIN PRIVATE KEY-----', '%2f'])(
  'takes time in proportion to the text, with much of %j behind a label',
  (piece) => {
    const text = `-----BEGIN PRIVATE KEY-----${piece.repeat(400_000 / piece.length)}`;
    expect(redact(text, [SECRET, 'canary/canary/canary+'])).toBeTypeOf('string');
  },
);
