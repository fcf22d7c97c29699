import { describe, expect, it } from 'vitest';
import { TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { createRedactor, quoteReply, REDACTED, redact } from '../../../src/text/redact.ts';
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

describe('quoteReply', () => {
  it('makes a line that is safe to print, of 2 kB at most', () => {
    expect(quoteReply('a\u001b[31mb\r\nc\u202ed', [])).toBe('ab cd');
    expect(quoteReply('é'.repeat(500_000), [])).toMatch(/^é{1022}…$/);
    expect(quoteReply('##abcd]error', ['abcd'])).toBe(`## ${REDACTED}]error`);
  });

  it('finds a secret in pieces that control characters or escape sequences keep apart', () => {
    for (const separator of [
      '\0',
      '\u202e',
      '\u001b[1m',
      '\u009b',
      '\u0085',
      '\u00ad',
      '\u{e0041}',
      '\ufffa',
    ]) {
      const reply = `no: ${'canary-token'.split('').join(separator)}.`;
      expect(quoteReply(reply, ['canary-token'])).toBe(`no: ${REDACTED}.`);
    }
    expect(quoteReply('no: can  ary\n.', ['can  ary'])).toBe(`no: ${REDACTED} .`);
    expect(quoteReply('no: &quot;can&apos;&lt;ary&GT;.', [`"can'<ary>`])).toBe(`no: ${REDACTED}.`);
  });

  it.each([
    ['in ASCII JSON', 'canary\\u002fa\\u0026b\\u00E9'],
    ['in ASCII JSON twice', '\\\\u0063anary\\\\u002fa\\\\u0026b\\\\u00E9'],
    ['in a URL, sign by sign', '%63anary%2Fa%26b\u00e9'],
    ['in a URL, twice', 'canary%252Fa%2526b\u00e9'],
    ['in HTML', 'canary/a&amp;b&#233;'],
    ['in HTML by numbers without an end', '&#99anary/a&amp;b&#xe9'],
    ['in HTML by numbers', 'canary&#x2F;a&#038;b&#x000e9;'],
  ])('finds a secret that is escaped %s', (_name, spelt) => {
    expect(quoteReply(`<${spelt}>`, ['canary/a&bé'])).toBe(`<${REDACTED}>`);
    expect(quoteReply(`<${spelt}>`, [spelt])).toBe(`<${REDACTED}>`);
    expect(quoteReply('&#999999; &#9999999; \\uzzzz &copy;', [])).toBe('\u{f423f} &#9999999; \\uzzzz &copy;');
  });

  // Spelt, a character may take up six: \u0001 in JSON, or %F0%9F%98%80.
  it.each(['Zq7', 'Zq7"/\\', '\u00e9Zq', 'Zq\u0001'])(
    'shows no piece of a secret of %j, wherever the reply is cut',
    (piece) => {
      const secret = piece.repeat(30);
      const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret)];
      for (const spelt of [...spellings, secret.split('').join('\0')]) {
        for (let before = 1990; before < 2060; before += 3) {
          expect(quoteReply('.'.repeat(before) + spelt.repeat(300), [secret])).not.toContain('Zq');
        }
        for (let before = 3990; before < 9300; before += 203) {
          const reply = `${'.\0'.repeat(before / 2)}${spelt}${'x'.repeat(10_000)}`;
          expect(quoteReply(reply, [secret])).not.toContain('Zq');
        }
      }
      // What is cut off then is within what is shown.
      for (let before = 900; before < 1500; before += 10) {
        const reply = `.${'\0'.repeat(7)}`.repeat(before) + secret + 'x'.repeat(10_000);
        expect(quoteReply(reply, [secret])).not.toContain('Zq');
      }
    },
  );

  it.each([0, 1, 2])(
    'shows no piece of a secret in broken base64, wherever the reply is cut: %i',
    (offset) => {
      const secret = 'Zq7'.repeat(30);
      const encode = (text: string) => Buffer.from('x'.repeat(offset) + text).toString('base64');
      const broken =
        encode(secret)
          .match(/.{1,30}/g)
          ?.join('\r\n') ?? '';
      const piece = encode('Zq7'.repeat(3)).slice(4, 8);
      expect(broken).toContain(piece);
      for (let before = 1990; before < 2060; before += 1)
        expect(quoteReply('.'.repeat(before) + broken.repeat(300), [secret])).not.toContain(piece);
    },
  );

  const odd = `28jD~*)EF--D-'!+F-"*B k&/a21C\\53c4%41`;
  const form = new URLSearchParams({ x: odd }).toString();
  const json = JSON.stringify({ x: odd });
  it.each([
    ['a form', form],
    ['a form in a URL', encodeURIComponent(form)],
    ['a form in JSON', JSON.stringify({ form })],
    ['a form in HTML', form.replaceAll('%', '&#37;')],
    ['JSON', json],
    ['JSON in JSON', JSON.stringify({ json })],
    ['JSON in a URL', encodeURIComponent(json)],
    ['a form in base64', Buffer.from(form).toString('base64')],
    [
      'a form in base64 on a page',
      `${Buffer.from(form)
        .toString('base64')
        .match(/.{1,9}/g)
        ?.join('<br>')}`,
    ],
    ['a header for Basic', Buffer.from(`id:${encodeURIComponent(odd)}`).toString('base64')],
  ])('finds a secret of odd signs in %s', (_name, reply) => {
    const shown = quoteReply(`no: ${reply} end`, [odd]);
    expect(shown).toMatch(/^no: .{0,20}\[redacted\].{0,8} end$/);
  });

  it('shows nothing of a secret that is cut off behind another one', () => {
    const secret = `${'Zq7'.repeat(30)}inner${'Zq7'.repeat(30)}`;
    for (let before = 900; before < 1500; before += 5) {
      const reply = `.${'\0'.repeat(7)}`.repeat(before) + secret;
      expect(quoteReply(reply + 'x'.repeat(10_000), [secret, 'inner'])).not.toContain('Zq');
    }
  });

  it('looks at nothing far behind what it shows', () => {
    expect(quoteReply(`${'\0'.repeat(10_000)}evil`, ['canary-token'])).toBe('');
    expect(quoteReply(`${'\0'.repeat(30_000)}evil`, ['"'.repeat(16_000)])).toBe('');
    expect(quoteReply(`${'\0'.repeat(1_000)}good`, ['canary-token'])).toBe('good');
    expect(quoteReply('x'.repeat(100_000), ['"'.repeat(600)])).toMatch(/^x{2045}…$/);
    const behind = `canary-token${'x'.repeat(10_000)}`;
    expect(quoteReply(`${'\0'.repeat(8182)}${'a'.repeat(9)}${behind}`, ['canary-token'])).toBe(
      `${'a'.repeat(9)}${REDACTED}`,
    );
    expect(quoteReply(`${'\0'.repeat(8182)}${'a'.repeat(10)}${behind}`, ['canary-token'])).toBe(
      'a'.repeat(10),
    );
  });

  it.each([
    '-',
    '%2d',
    '%25',
    '\\',
    '\\-',
    '"',
    'canary/',
    'eyJ-',
    '"code":',
    'code=',
    'Bearer ',
    '&#',
    '\u001b]',
  ])('looks at the beginning of a hostile reply only: much of %j', (piece) => {
    const secrets = ['x', 'y'].map((end) => `${piece.repeat(16_000 / piece.length)}${end}`);
    const reply = piece.repeat(1_000_000 / piece.length);
    expect(Buffer.byteLength(quoteReply(reply, secrets))).toBeLessThanOrEqual(2048);
  });
});

it.each(['\n', ' ', '\\', '\\n', '%0a', '=', '. ', 'eyJ-', '"code":', '-----BEGIN PRIVATE KEY-----', '%2f'])(
  'takes time in proportion to the text, with much of %j behind a label',
  (piece) => {
    const text = `-----BEGIN PRIVATE KEY-----${piece.repeat(400_000 / piece.length)}`;
    expect(redact(text, [SECRET, 'canary/canary/canary+'])).toBeTypeOf('string');
  },
);
