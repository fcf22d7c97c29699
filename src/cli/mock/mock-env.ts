import type { MockClient } from '../../mock/client.ts';
import { TEST_PRIVATE_KEY, TEST_PUBLIC_KEY } from '../../mock/test-credentials.ts';

/** How a `.env` of the mock begins: what does not, is somebody else's and not written over. */
export const MOCK_ENV_MARK = '# Made by "sgid mock".';

/** The `.env` of an application for the first client of a mock. A client of a file keeps its own private key. */
export function renderMockEnv(hostname: string, clients: readonly MockClient[]): string {
  const [client] = clients;
  if (client === undefined) return '';
  const privateKey =
    client.publicKey === TEST_PUBLIC_KEY
      ? `SGID_PRIVATE_KEY="${TEST_PRIVATE_KEY.trim().replaceAll('\n', '\\n')}"`
      : '# SGID_PRIVATE_KEY is yours: the half of the public key in the client file.';
  return [
    `${MOCK_ENV_MARK} Public test material: it protects nothing.`,
    `SGID_HOSTNAME=${hostname}`,
    assign('SGID_CLIENT_ID', client.clientId),
    assign('SGID_CLIENT_SECRET', client.clientSecret),
    assign('SGID_REDIRECT_URI', client.redirectUris[0] ?? ''),
    privateKey,
    '',
  ].join('\n');
}

/** One line; a value that cannot be written so that every reader of such files understands it is left to the person. */
function assign(name: string, value: string): string {
  const quoted = quoteForEnv(value);
  return quoted === undefined
    ? `# ${name} is that of the client file: it cannot be quoted here.`
    : `${name}=${quoted}`;
}

/**
 * Plain where nothing in it is special, else in quotes in which nothing is expanded. Shells read such files, too,
 * and would run what stands in backticks.
 */
function quoteForEnv(value: string): string | undefined {
  if (/^[\w@%+:,./?=-]+$/.test(value)) return value;
  if (/\p{Cc}/u.test(value)) return undefined;
  if (!value.includes("'")) return `'${value}'`;
  return /["$`\\]/.test(value) ? undefined : `"${value}"`;
}
