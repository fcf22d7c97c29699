import { randomBytes } from 'node:crypto';
import { usageError } from '../protocol/errors.ts';
import { createGrantCipher, type SealedGrant } from './grant-cipher.ts';
import {
  CODE_LIFETIME_SECONDS,
  forgetOld,
  type GrantStore,
  type Redemption,
  TOKEN_LIFETIME_SECONDS,
  type TokenReading,
} from './grants.ts';

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
