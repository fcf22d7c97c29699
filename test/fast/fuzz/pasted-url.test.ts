import fc from 'fast-check';
import { expect } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import { parseRedirectedUrl } from '../../../src/oidc/redirected-url.ts';
import { fuzz, note } from './fuzz.ts';
import { anyPiece, anyPlace, anyPump, changedText, mostly } from './hostile-text.ts';

const EXPECTED = {
  redirectUri: 'http://localhost:5001/callback',
  state: 'state-of_this~login.1',
  issuer: 'https://provider.test/v2',
};
const GENUINE = { code: 'c0de/of+this=login', state: EXPECTED.state, iss: EXPECTED.issuer };

type Pairs = Readonly<Record<string, string>>;

const write = (pairs: Pairs): string => `${EXPECTED.redirectUri}?${new URLSearchParams(pairs)}`;

/** The parameters that a pasted text gives; `undefined` where it is refused. */
function parse(text: string): Pairs | undefined {
  const found = parseRedirectedUrl(text, EXPECTED);
  note(found instanceof SgidError ? found.code : 'ok');
  if (!(found instanceof SgidError)) return Object.fromEntries(found);
  expect(found.code).toBe('ERR_CALLBACK_INVALID');
  expect(found.message.length + (found.hint?.length ?? 0)).toBeLessThan(400);
  return undefined;
}

const anyQuotes = fc.constantFrom(
  ['', ''],
  ['"', '"'],
  ['<', '>'],
  ['“', '”'],
  ['(', ').'],
  ['', '.'],
  ['("', '"),'],
);
const anyGap = fc.constantFrom(' ', '\n', '\r\n   ', '\t');
const anyAnd = fc.constantFrom('&', '&', '&amp;', '&#38;', '\\u0026', '\\&');

/** What mail, chats and shells make of a URL. */
const anyDecoration = fc
  .tuple(anyQuotes, anyAnd, fc.array(fc.tuple(anyPlace, anyGap), { maxLength: 4 }))
  .map(([[open = '', close = ''], and, gaps]) => {
    const url = write(GENUINE).replaceAll('&', and);
    const places = gaps.map(([place, gap]) => [place % url.length, gap] as const);
    const broken = places
      .sort(([one], [other]) => other - one)
      .reduce((text, [at, gap]) => text.slice(0, at) + gap + text.slice(at), url);
    return open + broken + close;
  });

fuzz(
  'a URL that mail, chats and shells have changed gives its own parameters, or is refused',
  { short: 300, long: 1_000_000 },
  fc.property(anyDecoration, (text) => {
    expect([GENUINE, undefined]).toContainEqual(parse(text));
  }),
);

const anyValue = fc.oneof(
  fc.constantFrom(...Object.values(GENUINE), '', 'x', `${EXPECTED.state}x`),
  fc.array(anyPiece, { maxLength: 3 }).map((pieces) => pieces.join('')),
);
const anyPairs = fc.dictionary(mostly(fc.constantFrom('code', 'state', 'iss', 'error'), anyPiece), anyValue, {
  noNullPrototype: true,
});

fuzz(
  'a pasted URL gives what URL finds in it, or is refused',
  { short: 300, long: 1_000_000 },
  fc.property(anyPairs, (pairs) => {
    const text = write(pairs);
    const found = parse(text);
    // The end of a sentence behind it is taken away.
    const whole = Object.fromEntries(new URL(text).searchParams);
    const ended = Object.fromEntries(new URL(text.replace(/[.,;]+$/, '')).searchParams);
    expect([whole, ended, undefined]).toContainEqual(found);
    if (text.startsWith(write(GENUINE))) expect(found).toBeDefined();
  }),
);

fuzz(
  'any pasted text is read or refused, however long',
  { short: 100, long: 100_000 },
  fc.property(
    mostly(
      changedText(mostly(anyDecoration, anyPiece)),
      fc
        .tuple(
          fc.constantFrom('', 'http:', '?a=b', EXPECTED.redirectUri),
          anyPump(fc.array(anyPiece).map((pieces) => pieces.join(''))),
        )
        .map((texts) => texts.join('')),
      50,
    ),
    (text) => void parse(text),
  ),
);
