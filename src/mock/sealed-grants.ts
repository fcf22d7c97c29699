import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { usageError } from '../errors/sgid-error.ts';
import { isRecord, parseJson } from '../text/guards.ts';
import { isFaultName } from './faults.ts';
import {
  CODE_LIFETIME_SECONDS,
  forgetOld,
  type Grant,
  type GrantStore,
  type Redemption,
  TOKEN_LIFETIME_SECONDS,
  type TokenReading,
} from './grants.ts';
import { takeRandomBytes } from './test-credentials.ts';

/** A code that was redeemed here. */
interface SpentCode {
  /** When its token has expired as well, so that nobody needs to know any more. */
  forgetAt: number;
  /** It came a second time. */
  revoked: boolean;
}

/** A shorter secret could be guessed. */
export const SHORTEST_SECRET_BYTES = 16;

/**
 * A store that keeps nothing but which codes were spent here: codes and tokens are the grants themselves,
 * sealed under `secret`, so that every process with the same secret can read them.
 *
 * That a code works once is therefore known only to the process that redeemed it, and so is that a second
 * use revoked its token; beyond 50,000 spent codes the oldest are forgotten. `clear` cannot take back what is
 * sealed, and does not make a spent code good again.
 *
 * @param now In milliseconds.
 * @throws SgidError `ERR_USAGE` for a secret of fewer than 16 bytes.
 */
export function createSealedGrantStore(secret: Uint8Array, now: () => number): GrantStore {
  if (secret.length < SHORTEST_SECRET_BYTES) {
    throw usageError(
      `the shared secret has fewer than ${SHORTEST_SECRET_BYTES} bytes`,
      'Make one with: openssl rand -base64 32',
    );
  }
  const codes = createGrantCipher(secret, 'sgid mock code');
  const tokens = createGrantCipher(secret, 'sgid mock access token');
  const spent = new Map<string, SpentCode>();

  return {
    issueCode: (grant) =>
      codes.encrypt({
        id: randomBytes(16).toString('base64url'),
        expiresAt: inSeconds(CODE_LIFETIME_SECONDS),
        grant,
      }),

    redeemCode: (code, clientId): Redemption => {
      const sealed = codes.decrypt(code);
      if (sealed === undefined) return { kind: 'unknown' };
      if (sealed.grant.clientId !== clientId) return { kind: 'foreign' };
      const earlier = spent.get(sealed.id);
      if (earlier !== undefined) {
        earlier.revoked = true;
        return { kind: 'used' };
      }
      if (now() >= sealed.expiresAt) return { kind: 'expired' };
      spend(sealed);
      return { kind: 'granted', grant: sealed.grant };
    },

    issueToken: (code, grant) => {
      const id = codes.decrypt(code)?.id ?? randomBytes(16).toString('base64url');
      const expiresAt = inSeconds(TOKEN_LIFETIME_SECONDS);
      // A fault or a test's clock may have let much time pass since the code was redeemed.
      const earlier = spent.get(id);
      if (earlier !== undefined) earlier.forgetAt = Math.max(earlier.forgetAt, expiresAt);
      return tokens.encrypt({ id, expiresAt, grant });
    },

    readToken: (token): TokenReading => {
      const sealed = tokens.decrypt(token);
      if (sealed === undefined) return { kind: 'unknown' };
      if (spent.get(sealed.id)?.revoked) return { kind: 'revoked' };
      if (now() >= sealed.expiresAt) return { kind: 'expired' };
      return { kind: 'live', grant: sealed.grant };
    },

    clear: () => {},
  };

  function inSeconds(seconds: number): number {
    return now() + seconds * 1000;
  }

  function spend({ id, expiresAt }: SealedGrant): void {
    forgetOld(spent, now());
    spent.set(id, { forgetAt: expiresAt + TOKEN_LIFETIME_SECONDS * 1000, revoked: false });
  }
}

/** What a code or an access token holds. */
export interface SealedGrant {
  /** The same for a code and the token that it gave. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  readonly grant: Grant;
}

/** Authenticated encryption of grants: nobody else can read, change or make what it encrypts. */
export interface GrantCipher {
  /** Base64url of IV, ciphertext and authentication tag. */
  encrypt(content: SealedGrant): string;
  /** `undefined` for whatever this cipher did not encrypt. */
  decrypt(text: string): SealedGrant | undefined;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key that is derived from `secret` for one purpose, so that a code cannot pass for a token
 * (RFC 5869 section 3.2).
 */
export function createGrantCipher(secret: Uint8Array, purpose: string): GrantCipher {
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  return {
    encrypt: (content) => {
      const iv = takeRandomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const ciphertext = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, ciphertext, cipher.getAuthTag()]).toString('base64url');
    },
    decrypt: (text) => {
      const bytes = Buffer.from(text, 'base64url');
      // Node's decoder passes over what is not base64url; only the one spelling that was handed out counts.
      if (bytes.toString('base64url') !== text || bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plaintext = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return readSealedGrant(parseJson(plaintext.toString('utf8')));
    },
  };
}

/** Another release of this program may have encrypted it. */
function readSealedGrant(value: unknown): SealedGrant | undefined {
  if (!isRecord(value) || !isRecord(value['grant'])) return undefined;
  const { id, expiresAt } = value;
  const { clientId, redirectUri, codeChallenge, nonce, scopes, personaId, fault } = value['grant'];
  if (typeof id !== 'string' || typeof expiresAt !== 'number') return undefined;
  if (typeof clientId !== 'string' || typeof redirectUri !== 'string') return undefined;
  if (typeof codeChallenge !== 'string' || typeof personaId !== 'string' || !isStrings(scopes))
    return undefined;
  return {
    id,
    expiresAt,
    grant: {
      clientId,
      redirectUri,
      codeChallenge,
      personaId,
      scopes,
      nonce: typeof nonce === 'string' ? nonce : undefined,
      fault: typeof fault === 'string' && isFaultName(fault) ? fault : undefined,
    },
  };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
