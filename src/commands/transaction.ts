import { SgidError } from '../errors/sgid-error.ts';
import { CLOCK_TOLERANCE } from '../oidc/id-token.ts';
import { namingOrigin } from '../settings/provider-binding.ts';
import { readRedirectUri } from '../settings/redirect-uri.ts';
import { readHostname } from '../sgid/endpoints.ts';
import { report } from '../text/json-file.ts';
import { toPrintable } from '../text/printable.ts';
import { readJsonObject, type TextInput } from './text-input.ts';

/** A login under way, as it goes from `sgid authorize-url` to `sgid callback`. */
export interface Transaction {
  /** The URL to send the person's browser to. */
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  /** Absent when the challenge was given from outside. */
  readonly codeVerifier?: string;
  readonly codeChallenge: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly clientId: string;
  /** The provider's origin. */
  readonly hostname: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What a callback needs of its transaction. */
export type OpenTransaction = Omit<Transaction, 'url' | 'scope'>;

/** Whose login a callback is to finish, and when. */
export interface ExpectedTransaction {
  readonly clientId: string;
  readonly hostname: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** How long a transaction counts, in milliseconds. */
const LIFETIME_MS = 60 * 60 * 1000;

const HINT = 'Make a new one: sgid authorize-url --out transaction.json';

/**
 * Reads a transaction.
 *
 * @throws SgidError `ERR_FILE`, `ERR_REDIRECT_URI`, `ERR_HOSTNAME`.
 */
export async function readTransaction(input: TextInput): Promise<OpenTransaction> {
  const transaction = readJsonObject(input, HINT, ({ node, text, optionalText }) => {
    const createdAt = text('createdAt');
    if (createdAt !== '' && Number.isNaN(Date.parse(createdAt))) {
      report(node('createdAt'), 'must be a time such as 2026-01-31T12:00:00Z');
    }
    const codeVerifier = optionalText('codeVerifier');
    return {
      state: text('state'),
      nonce: text('nonce'),
      ...(codeVerifier === undefined ? {} : { codeVerifier }),
      codeChallenge: text('codeChallenge'),
      redirectUri: text('redirectUri'),
      clientId: text('clientId'),
      hostname: text('hostname'),
      createdAt,
    };
  });
  await namingOrigin(input.name, () => {
    readRedirectUri(transaction.redirectUri);
    readHostname(transaction.hostname);
  });
  return transaction;
}

/**
 * Refuses a transaction of another client or provider, and one that is too old.
 *
 * @throws SgidError `ERR_FILE`.
 */
export function checkTransaction(
  { clientId, hostname, createdAt }: OpenTransaction,
  expected: ExpectedTransaction,
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
  const age = expected.now - Date.parse(createdAt);
  if (age > LIFETIME_MS) {
    throw transactionError(
      `was made ${Math.ceil(age / 60_000)} minutes ago, and counts for 60`,
      `${HINT}, and log in again.`,
    );
  }
  if (age < -CLOCK_TOLERANCE * 1000) {
    throw transactionError('was made in the future', 'Set the clock of this machine.');
  }
}

function transactionError(message: string, hint: string): SgidError {
  return new SgidError('ERR_FILE', `the transaction ${message}`, { step: 'callback', hint });
}
