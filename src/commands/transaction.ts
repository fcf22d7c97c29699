import * as v from 'valibot';
import { SgidError } from '../errors/sgid-error.ts';
import { CLOCK_TOLERANCE } from '../oidc/id-token.ts';
import { validateRedirectUri } from '../settings/redirect-uri.ts';
import { validateHostname } from '../sgid/endpoints.ts';
import { namingOrigin } from '../text/file-errors.ts';
import { filledText, members, parseJsonFile } from '../text/json.ts';
import { toPrintable } from '../text/printable.ts';
import type { TextInput } from './text-input.ts';

const SCHEMA = members({
  state: filledText,
  nonce: filledText,
  /** Absent when the challenge was given from outside. */
  codeVerifier: v.exactOptional(filledText),
  codeChallenge: filledText,
  redirectUri: filledText,
  clientId: filledText,
  /** The provider's origin. */
  hostname: filledText,
  createdAt: v.pipe(
    filledText,
    v.check((text) => !Number.isNaN(Date.parse(text)), 'must be a time such as 2026-01-31T12:00:00Z'),
  ),
});

/** What `sgid callback` needs of what `sgid authorize-url` printed. */
export type Transaction = v.InferOutput<typeof SCHEMA>;

/** In milliseconds. */
const LIFETIME = 60 * 60 * 1000;

const HINT = 'Make a new one: sgid authorize-url --out transaction.json';

/** @throws SgidError `ERR_FILE`, `ERR_REDIRECT_URI`, `ERR_HOSTNAME`. */
export async function parseTransaction({ text, name }: TextInput): Promise<Transaction> {
  const transaction = parseJsonFile(SCHEMA, { text, path: name, hint: HINT });
  await namingOrigin(name, () => {
    validateRedirectUri(transaction.redirectUri);
    validateHostname(transaction.hostname);
  });
  return transaction;
}

/**
 * Refuses a transaction of another client or provider, and one that is too old.
 *
 * @param now In milliseconds since the Unix epoch.
 * @throws SgidError `ERR_FILE`.
 */
export function validateTransaction(
  { clientId, hostname, createdAt }: Transaction,
  expected: { readonly clientId: string; readonly hostname: string },
  now: number,
): void {
  if (clientId !== expected.clientId) {
    const client = toPrintable(clientId, 200);
    throw transactionError(
      `is of the client ${client}, not of ${toPrintable(expected.clientId, 200)}`,
      `If that client is meant, pass --client-id ${client}`,
    );
  }
  if (hostname !== expected.hostname) {
    const provider = toPrintable(hostname, 200);
    throw transactionError(
      `is of the provider ${provider}, not of ${expected.hostname}`,
      `If that provider is meant, pass --hostname ${provider}`,
    );
  }
  const age = now - Date.parse(createdAt);
  if (age > LIFETIME) {
    throw transactionError(
      `was made ${Math.ceil(age / 60_000)} minutes ago, and is valid for 60`,
      `${HINT}, and log in again.`,
    );
  }
  if (age < -CLOCK_TOLERANCE * 1000)
    throw transactionError('was made in the future', 'Set the clock of this machine.');
}

function transactionError(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', `the transaction ${message}`, { step: 'callback', hint });
}
