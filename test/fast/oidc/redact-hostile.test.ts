import { describe, expect, it, vi } from 'vitest';
import { createRedactor, REDACTED, redact } from '../../../src/text/redact.ts';

describe('redact, near misses of a secret', () => {
  it.each(['-', '\\', '&', '"', '+', ' ', '%', '%2d', '\\-', '&#45;', '\\u002d', 'é', 'a'])(
    'takes time in proportion to the text, with much of %j',
    (piece) => {
      const secret = `${piece.repeat(60)}x`;
      const text = `${piece.repeat(60)}y`;
      expect(redact(text, [secret])).toBe(text);
      expect(redact(`<${secret}>`, [secret])).toBe(`<${REDACTED}>`);
    },
  );

  it.each([
    ['its end', `${'-'.repeat(16_000)}x`],
    ['its beginning', `x${'-'.repeat(16_000)}`],
    ['its middle', `${'-'.repeat(8000)}x${'-'.repeat(8000)}`],
  ])('takes time in proportion to a large text that differs from a large secret at %s', (_name, secret) => {
    for (const piece of ['-', '%2d', '\\-', '\\\\-']) {
      const text = piece.repeat(1_000_000 / piece.length);
      expect(redact(text, [secret])).toBe(text);
    }
  });
});

describe('redact, large secrets', () => {
  it.each([
    ['of letters', 'S3cr3tT0ken'.repeat(6000)],
    ['of specials', '-'.repeat(60_000)],
    ['of escapes', '%2d\\u002d&#45;'.repeat(4000)],
  ])('takes them out as all others: %s', (_name, secret) => {
    expect(redact(`<${secret}>`, [secret])).toBe(`<${REDACTED}>`);
    expect(redact(`<${encodeURIComponent(secret)}>`, [secret])).toBe(`<${REDACTED}>`);
    expect(redact('harmless', [secret])).toBe('harmless');
  });
});

describe('redact, failing', () => {
  it('gives nothing of the text when the secrets cannot be read', () => {
    const broken: Iterable<string> = {
      [Symbol.iterator]: () => {
        throw new Error('canary');
      },
    };
    expect(redact('canary', broken)).toBe(REDACTED);
  });

  it('gives nothing of the text when the search breaks', () => {
    const redactor = createRedactor();
    redactor.hide(['canary']);
    const broken = vi.spyOn(String.prototype, 'toLowerCase').mockImplementation(() => {
      throw new SyntaxError('canary');
    });
    const result = redactor.redact('other canary');
    broken.mockRestore();
    expect(result).toBe(REDACTED);
  });
});

describe('redact, spellings', () => {
  const SECRET = 'canary/\'a&b"<c>é-😀';
  const each = (spell: (code: number) => string): string =>
    Array.from(SECRET, (character) => spell(character.codePointAt(0) ?? 0)).join('');

  it.each<[string, string]>([
    ['as PHP writes an apostrophe', SECRET.replaceAll("'", '&#039;')],
    ['every character as a number of HTML', each((code) => `&#${code};`)],
    ['with many leading zeros', each((code) => `&#000000000${code};`)],
    ['in hexadecimal', each((code) => `&#x000${code.toString(16)};`)],
    ['in upper case hexadecimal', each((code) => `&#X${code.toString(16).toUpperCase()};`)],
    [
      'by the names of HTML',
      SECRET.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
    ],
    ['every character percent-encoded', Buffer.from(SECRET).toString('hex').replace(/../g, '%$&')],
    ['every unit escaped as in ASCII JSON', SECRET.split('').map(unicodeEscape).join('')],
    ['in a URL in a URL', encodeURIComponent(encodeURIComponent(SECRET))],
    ['in a URL in JSON in JSON', JSON.stringify(JSON.stringify(encodeURIComponent(SECRET)))],
    ['in JSON in a URL', encodeURIComponent(JSON.stringify(SECRET))],
    ['in JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify(SECRET)))],
    ['every way at once', 'canary%2F&#39;a\\u0026b\\"&lt;c&gt;%C3%A9\\-\\ud83d\\uDE00'],
  ])('finds the secret %s', (_name, text) => {
    const result = redact(`before ${text} after`, [SECRET]);
    expect(result).toMatch(/^before ["\\%\d]*\[redacted\]["\\%\d]* after$/);
  });

  it.each(['a%41b%2Fc%', 'a\\\\n\\u0041\\', 'a&#65;&amp;&', '%%%%%%%%', '\\n\\n\\n\\n'])(
    'finds a secret that looks escaped itself: %j',
    (secret) => {
      for (const text of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
        expect(redact(`<${text}>`, [secret])).toBe(`<${REDACTED}>`);
      }
    },
  );

  it('finds a secret that only one way of escaping leaves whole', () => {
    const secret = 'canary%\\%4b84';
    expect(redact(JSON.stringify(secret), [secret])).toBe(`"${REDACTED}"`);
    expect(redact('&#99;anary%\\%4b84', [secret])).toBe(REDACTED);
  });

  it('leaves numbers that are no character', () => {
    expect(redact('&#1114112; &#99999999999; &#x110000;', ['canary'])).toBe(
      '&#1114112; &#99999999999; &#x110000;',
    );
  });

  it('leaves the text around a secret as it was spelt', () => {
    expect(redact('%41 \\n canary%2Fx &amp;', ['canary/x'])).toBe(`%41 \\n ${REDACTED} &amp;`);
  });

  it('takes out secrets that overlap, whole', () => {
    expect(redact('<one-two-three>', ['one-two', 'two-three'])).toBe(`<${REDACTED}>`);
  });

  it('tells no letters apart by case, whatever it does to their number', () => {
    expect(redact('\u0130 CANARY\u0130\u03a3', ['canary\u0130\u03c3'])).toBe(`\u0130 ${REDACTED}`);
  });
});

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
