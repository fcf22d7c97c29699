import { type MockClient, parsePublicKey } from './clients.ts';
import {
  createTestClient,
  TEST_CLIENT_SECRET,
  TEST_PRIVATE_KEY,
  TEST_PUBLIC_KEY,
} from './test-credentials.ts';

type Settings = Readonly<Record<string, string>>;

/** What an application needs for the first client of a mock. A client of a file keeps its own private key. */
export function settingsOf(hostname: string, [client]: readonly MockClient[]): Settings {
  return {
    SGID_HOSTNAME: hostname,
    SGID_CLIENT_ID: client?.clientId ?? '',
    SGID_CLIENT_SECRET: client?.clientSecret ?? '',
    SGID_REDIRECT_URI: client?.redirectUris[0] ?? '',
    ...(client && isTestKey(client.publicKey) && { SGID_PRIVATE_KEY: TEST_PRIVATE_KEY.trim() }),
  };
}

function isTestKey(publicKey: MockClient['publicKey']): boolean {
  const { key: testKey } = parsePublicKey(TEST_PUBLIC_KEY);
  return testKey !== undefined && parsePublicKey(publicKey).key?.equals(testKey) === true;
}

/**
 * The same as a `.env`. What is not in it is left to the person. The lines of the key stand as they are, in double quotes:
 * shells keep a `\n` as two characters, and every reader of more than one line takes them so.
 */
export function renderMockEnv({ SGID_PRIVATE_KEY: key, ...settings }: Settings): string {
  const names = ['SGID_HOSTNAME', 'SGID_CLIENT_ID', 'SGID_CLIENT_SECRET', 'SGID_REDIRECT_URI'];
  return [
    ...names.map((name) => assign(name, settings[name])),
    key === undefined
      ? '# SGID_PRIVATE_KEY is yours: the half of the public key in the client file.\n'
      : `SGID_PRIVATE_KEY="${key}"\n`,
  ].join('\n');
}

const MARK = '# Made by "sgid mock".';

export function renderEnvFile(hostname: string, clients: readonly MockClient[]): string {
  const settings = settingsOf(hostname, clients);
  const isPublic = settings['SGID_CLIENT_SECRET'] === TEST_CLIENT_SECRET;
  const words = isPublic
    ? 'Public test material: it protects nothing.'
    : 'It holds the secret of your client: keep it to yourself.';
  return `${MARK} ${words}\n${renderMockEnv(settings)}`;
}

/**
 * Whether a person left nothing of their own in such a file: no name, no comment, no private key, and no client but the
 * ready-made one or that of these.
 */
export function isEnvFile(text: string, clients: readonly MockClient[]): boolean {
  const withoutKey = (whole: string) =>
    whole.replace(`SGID_PRIVATE_KEY="${TEST_PRIVATE_KEY.trim()}"`, '').split('\n');
  const own = [clients, [createTestClient([])]].flatMap((ours) => withoutKey(renderEnvFile('', ours)));
  return text.startsWith(MARK) && withoutKey(text).every((line) => own.includes(line) || OWN_LINE.test(line));
}

const OWN_LINE = /^(?:# Made by "sgid mock"\..*|# SGID_\w+ is .*|SGID_(?:HOSTNAME|REDIRECT_URI)=.*)$/;

/** One line; a value that not every reader of such files would read alike is left to the person. */
function assign(name: string, value: string | undefined): string {
  if (value === undefined) return `# ${name} is that of the client file.`;
  const quoted = quoteForEnv(value);
  return quoted ? `${name}=${quoted}` : `# ${name} is that of the client file: it cannot be quoted here.`;
}

/**
 * Plain where nothing in it is special, else in quotes in which nothing is expanded. Shells read such files, too,
 * and would run what stands in backticks. In single quotes as well python-dotenv undoes `\\` and `\'`, Next.js undoes `\$`,
 * and they expand `${NAME}` and `$NAME`.
 */
function quoteForEnv(value: string): string | undefined {
  // zsh takes what follows a = at the beginning, or behind a colon, for a command.
  if (/^(?!=|.*:=)[\w@%+:,./?=-]+$/.test(value)) return value;
  if (/[\p{Cc}\p{Zl}\p{Zp}]|\\(?:[\\$]|$)|\$[\w{]/u.test(value)) return undefined;
  if (!value.includes("'")) return `'${value}'`;
  return /["$`\\]/.test(value) ? undefined : `"${value}"`;
}
