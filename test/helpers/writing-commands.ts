import { TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';

/** A command that writes files. */
export interface WritingCommand {
  readonly line: string;
  /** What was run before in its folder. */
  readonly before: readonly string[];
  /** What a person runs after it was ended, and what must work then. */
  readonly again: string;
}

const SECRET = 'canary/secret+of-a-test=';

const PORTAL = {
  id: 'PORTAL',
  secret: SECRET,
  privateKey: TEST_PRIVATE_KEY,
  redirectUri: 'http://localhost:5001/cb',
};

export const FILES: Readonly<Record<string, string>> = {
  'client.json': JSON.stringify(PORTAL),
  'other.json': JSON.stringify({ ...PORTAL, id: 'OTHER' }),
  'private.pem': TEST_PRIVATE_KEY,
  'out.json': '{"an": "older result"}\n',
  '.env': 'PORT=3000\n',
};

const init = (file: string, name: string, more = ''): string =>
  `init --from ${file}.json --profile ${name} --yes${more}`;

const TWO = [init('client', 'staging'), init('other', 'production')];
const LOGIN = 'login --mock --persona wei-ming';

export const WRITING_COMMANDS: readonly WritingCommand[] = [
  { line: init('client', 'staging'), before: [], again: init('client', 'staging', ' --replace') },
  {
    line: init('other', 'staging', ' --replace'),
    before: [init('client', 'staging')],
    again: init('other', 'staging', ' --replace'),
  },
  { line: 'profile use production', before: TWO, again: 'profile use production' },
  { line: 'profile use --none', before: TWO, again: 'profile use staging' },
  { line: 'profile remove staging --yes', before: TWO, again: init('client', 'third') },
  ...[
    `${LOGIN} --out out.json --trace trace.json --junit junit.xml`,
    `${LOGIN} --redirect-uri https://localhost:PORT/cb --out out.json`,
    'key convert --to env --into .env private.pem',
    'mock --https --cert-file mock.crt -e .env.mock -- true',
  ].map((line) => ({ line, before: [], again: line })),
  {
    line: 'key convert --to jwk --out key.json private.pem',
    before: [],
    // The first may be there, whole, and is not written over.
    again: 'key convert --to jwk --out again.json private.pem',
  },
];

/** A file that is written and not in its place yet. */
export const TEMPORARY = /(?:^|\/)\.sgid-[0-9a-f]{16}\.tmp$/;
