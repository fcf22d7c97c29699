import fc from 'fast-check';
import { expect } from 'vitest';
import { isEnvFile, renderEnvFile } from '../../../src/mock/client-env.ts';
import { createTestClient, TEST_PRIVATE_KEY } from '../../../src/mock/test-credentials.ts';
import { parseDotenv } from '../../../src/settings/dotenv.ts';
import { decodeText } from '../../../src/text/guards.ts';
import { ENV_READERS } from '../../helpers/env-readers.ts';
import { runSgid } from '../../helpers/fake-platform.ts';
import { fuzz } from './fuzz.ts';
import { changedBytes, changedText, encoded } from './hostile-text.ts';

/** A line of a `.env`, or several, and the value that it gives to its variable. */
interface Line {
  readonly text: string;
  readonly name?: string;
  readonly value?: string;
}

const name = fc.oneof(
  fc.constantFrom('SGID_CLIENT_ID', 'SGID_SCOPE', 'A', 'B', '_x', 'a.b-c', 'export'),
  fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/),
);
const blank = fc.stringMatching(/^[ \t]{0,2}$/);
const signs = fc.stringMatching(/^(?:[a-zA-Z0-9\u2028 =$\\:/+#'"`é🦊]|\\n){0,12}$/u);

/** A value that stands without quotes as it is. */
const plain = signs.filter((text) => text.trim() === text && !/^["'`]|[ \t]#/.test(text));

const isWindowsPath = (text: string): boolean => /^(?:[A-Za-z]:\\|\\\\\w)[^\n]*$/.test(text);

const PEM = '-----BEGIN PRIVATE KEY-----\nMIItest+/=\n-----END PRIVATE KEY-----';

const written: fc.Arbitrary<readonly [text: string, value: string]> = fc.oneof(
  plain.map((text) => [text, text] as const),
  fc.tuple(plain, signs).map(([text, words]) => [`${text} #${words}`, text] as const),
  fc
    .tuple(fc.constantFrom("'", '`'), signs, blank)
    .map(([mark, text, end]) => [mark, text.replaceAll(mark, ''), end] as const)
    .map(([mark, text, end]) => [`${mark}${text}${mark}${end}`, text] as const),
  fc.array(signs, { minLength: 1, maxLength: 3 }).map((lines) => {
    const text = lines.join('\n').replaceAll('"', '');
    return [`"${text}"`, isWindowsPath(text) ? text : text.replaceAll('\\n', '\n')] as const;
  }),
  fc.constantFrom([PEM, PEM] as const, [`"${PEM.replaceAll('\n', '\\n')}"`, PEM] as const),
);

const line: fc.Arbitrary<Line> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('', '', 'export ', ' export\t'), blank, name, blank, blank, written, blank)
      .map(([prefix, indent, name, before, after, [text, value], end]) => ({
        // Behind a blank, # begins a comment.
        text: `${prefix}${indent}${name}${before}=${text.startsWith('#') ? '' : after}${text}${end}`,
        name,
        value,
      })),
  },
  fc
    .constantFrom('', ' ', '# it is', '[sgid]', 'word', '# A=1', '# x\u2028A=1', '=x', '1A=x')
    .map((text) => ({ text })),
);

function valuesOf(lines: readonly Line[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value ?? '']])),
  );
}

fuzz(
  'a .env is read as docs/credentials.md and its grammar say, whatever its lines are',
  { short: 60, long: 100_000 },
  fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
    const text = lines.map(({ text }) => `${text}\n`).join('');
    expect({ ...parseDotenv(text).variables }).toEqual(valuesOf(lines));
  }),
);

/** A `.env` of a person, with a slip here and there. */
const withSlips: fc.Arbitrary<Line> = fc.oneof(
  { weight: 6, arbitrary: line },
  fc
    .constantFrom(
      'A="x',
      "B='",
      'SGID_PRIVATE_KEY=',
      'export SGID_PRIVATE_KEY=""',
      'A=-----BEGIN A-----',
      `A=${PEM}`,
    )
    .map((text) => ({ text })),
);

const withoutReturns = (text: string): string => text.replaceAll('\r', '');

const dotenv = changedText(
  fc.array(withSlips, { maxLength: 6 }).map((lines) => lines.map(({ text }) => text).join('\n')),
);

fuzz(
  'what is read from any .env stands in it',
  { short: 60, long: 100_000 },
  fc.property(dotenv, (text) => {
    const { variables, doubts } = parseDotenv(text);
    const places = [text, text.replaceAll('\\n', '\n')].map(withoutReturns);
    for (const [name, value = ''] of Object.entries(variables)) {
      expect(text).toContain(name);
      expect(places.some((place) => place.includes(withoutReturns(value)))).toBe(true);
    }
    for (const [name] of doubts) expect(text).toContain(name);
  }),
);

const mockValue = fc.oneof(
  { weight: 3, arbitrary: signs },
  fc.stringMatching(/^[\w ~$\\'"`!&|;()<>*?[\]{}#=:%-]{1,12}$/),
  fc.string({ unit: 'binary' }),
);

type MockValues = readonly [id: string, secret: string, uri: string];

const clientOf = ([clientId, clientSecret, uri]: MockValues) => ({
  ...createTestClient([uri]),
  clientId,
  clientSecret,
});

/** What the mock writes for a client of these values. */
function writeMockEnv(values: MockValues): string {
  return renderEnvFile('http://127.0.0.1:5157', [clientOf(values)]);
}

const mockValues = fc.tuple(mockValue, mockValue, mockValue);

fuzz(
  'the .env of sgid mock is read alike by every reader of such files: a value as it is, or none',
  { short: 60, long: 100_000 },
  fc.property(mockValues, (values) => {
    const text = writeMockEnv(values);
    const whole = {
      SGID_HOSTNAME: 'http://127.0.0.1:5157',
      SGID_CLIENT_ID: values[0],
      SGID_CLIENT_SECRET: values[1],
      SGID_REDIRECT_URI: values[2],
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.trim(),
    };
    const expected = Object.entries(whole).filter(([name]) => !text.includes(`# ${name} is that`));
    for (const [reader, read] of Object.entries(ENV_READERS))
      expect({ ...read(text) }, reader).toEqual(Object.fromEntries(expected));
    for (const [name, value] of Object.entries(whole))
      if (/^[\w-]+$/.test(value)) expect(expected).toContainEqual([name, value]);
  }),
);

const personsLine = fc.oneof(
  line.map(({ text }) => text),
  fc.constantFrom(
    '# mine',
    'SGID_SCOPE=openid',
    'SGID_PRIVATE_KEY=x',
    'SGID_CLIENT_SECRET=x',
    ' SGID_CLIENT_ID=x',
    'export SGID_CLIENT_ID=x',
  ),
);

fuzz(
  'a .env of sgid mock is written over, and never one that holds a line of a person',
  { short: 60, long: 100_000 },
  fc.property(mockValues, personsLine, fc.nat(30), (values, mine, at) => {
    const text = writeMockEnv(values);
    const isOurs = (written: string) => isEnvFile(written.trim(), [clientOf(values)]);
    expect(isOurs(text)).toBe(true);
    const lines = text.split('\n');
    const mixed = lines.toSpliced(at % (lines.length + 1), 0, mine).join('\n');
    const before = parseDotenv(text).variables;
    const changed = Object.entries(parseDotenv(mixed).variables).filter(
      ([name, value]) => !/^SGID_(?:HOSTNAME|REDIRECT_URI)$/.test(name) && before[name] !== value,
    );
    if (changed.length > 0) expect(isOurs(mixed)).toBe(false);
  }),
);

const KEY_FILE = Buffer.from(TEST_PRIVATE_KEY);

fuzz(
  'sgid key convert --into keeps every line of a .env, or leaves the file alone',
  { short: 40, long: 100_000 },
  fc.asyncProperty(changedBytes(encoded(dotenv)), async (before) => {
    let after: string | undefined;
    const run = await runSgid(['key', 'convert', '--to', 'env', '--into', 'person.env', 'key.pem'], {
      files: {
        readSecretFile: async () => ({ bytes: KEY_FILE, readableByOthers: false }),
        readReplaced: async () => before,
        prepareOutput: async () => ({
          commit: async (content) => {
            after = content.toString();
          },
          [Symbol.asyncDispose]: async () => {},
        }),
      },
    });
    if (after === undefined) {
      expect([2, 3]).toContain(run.exitCode);
      return;
    }
    expect(run).toMatchObject({ exitCode: 0, stdout: '' });
    const text = decodeText(before);
    expect(Buffer.from(after).subarray(0, before.length)).toEqual(Buffer.from(before));
    const { SGID_PRIVATE_KEY: _, ...old } = parseDotenv(text).variables;
    expect({ ...parseDotenv(after).variables }).toEqual({
      ...old,
      SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.trim(),
    });
  }),
);
