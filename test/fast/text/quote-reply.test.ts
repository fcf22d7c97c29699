import { describe, expect, it } from 'vitest';
import { quoteReply, REDACTED } from '../../../src/text/redact.ts';

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
    ['in HTML twice', 'canary&amp;sol;a&amp;amp;b&amp;#233;'],
    ['in a program', 'canary\\x2fa\\x26b\\u{e9}'],
  ])('finds a secret that is escaped %s', (_name, spelt) => {
    expect(quoteReply(`<${spelt}>`, ['canary/a&bé'])).toBe(`<${REDACTED}>`);
    expect(quoteReply(`<${spelt}>`, [spelt])).toBe(`<${REDACTED}>`);
    expect(quoteReply('&#999999; &#9999999; \\uzzzz &copy;', [])).toBe('\u{f423f} &#9999999; \\uzzzz &copy;');
  });

  it.each(['=\n', '\n=', '\n', ' =\r\n', '<br>', '%0A'])(
    'finds a secret with the signs of base64 that %j breaks, wherever it is broken',
    (gap) => {
      const secret = 'c2VjcmV0LW9m=dGVzdHM==';
      for (let at = 1; at < secret.length; at++) {
        const shown = quoteReply(`no: ${secret.slice(0, at)}${gap}${secret.slice(at)}.`, [secret]);
        expect(shown).toMatch(/^no: \[redacted\](?:[= ]|<br>|%0A)*\.$/);
      }
    },
  );

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
