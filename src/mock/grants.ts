import { randomBytes } from 'node:crypto';
import type { FaultName } from './faults.ts';

/** How long an authorization code can be redeemed. */
export const CODE_LIFETIME_SECONDS = 60;

/** How long an access token opens the userinfo endpoint. */
export const TOKEN_LIFETIME_SECONDS = 600;

/** How long an expired code is remembered: until its token has expired too, which a second use would revoke. */
const CODE_MEMORY_SECONDS = TOKEN_LIFETIME_SECONDS;

/** How long an expired token is remembered, so that its error can say what happened to it. */
const TOKEN_MEMORY_SECONDS = 60;

/** What a person granted, and what the code that stands for it is bound to. */
export interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  readonly scopes: readonly string[];
  readonly personaId: string;
  /** How the provider misbehaves for this login. */
  readonly fault: FaultName | undefined;
}

/** What became of a code that a client presented. */
export type Redemption =
  | { readonly outcome: 'granted'; readonly grant: Grant }
  | { readonly outcome: 'unknown' | 'foreign' | 'used' | 'expired' };

/** What an access token stands for. */
export type TokenReading =
  | { readonly outcome: 'live'; readonly grant: Grant }
  | { readonly outcome: 'unknown' | 'revoked' | 'expired' };

/** Keeps grants between the endpoints. */
export interface GrantStore {
  /** A fresh authorization code. */
  issueCode(grant: Grant): string;
  /**
   * Spends a code for good, whatever the caller then finds wrong with the request. A code used twice
   * revokes the token that it gave (RFC 6749 section 4.1.2); another client's code is left alone.
   */
  redeemCode(code: string, clientId: string): Redemption;
  /** A fresh access token for a code just redeemed. */
  issueToken(code: string, grant: Grant): string;
  readToken(token: string): TokenReading;
  /** Forgets every code and token. */
  clear(): void;
}

interface CodeRecord {
  readonly grant: Grant;
  readonly expiresAt: number;
  used: boolean;
  token?: string;
}

interface TokenRecord {
  readonly grant: Grant;
  readonly expiresAt: number;
  revoked: boolean;
}

/** A store in memory. `now` is in milliseconds. */
export function createGrantStore(now: () => number): GrantStore {
  const codes = new Map<string, CodeRecord>();
  const tokens = new Map<string, TokenRecord>();

  return {
    issueCode: (grant) => {
      forgetOld(codes, now() - CODE_MEMORY_SECONDS * 1000);
      const code = randomCredential();
      codes.set(code, { grant, expiresAt: now() + CODE_LIFETIME_SECONDS * 1000, used: false });
      return code;
    },

    redeemCode: (code, clientId) => {
      const record = codes.get(code);
      if (record === undefined) return { outcome: 'unknown' };
      if (record.grant.clientId !== clientId) return { outcome: 'foreign' };
      if (record.used) {
        const token = record.token === undefined ? undefined : tokens.get(record.token);
        if (token !== undefined) token.revoked = true;
        return { outcome: 'used' };
      }
      if (now() >= record.expiresAt) return { outcome: 'expired' };
      record.used = true;
      return { outcome: 'granted', grant: record.grant };
    },

    issueToken: (code, grant) => {
      forgetOld(tokens, now() - TOKEN_MEMORY_SECONDS * 1000);
      const token = randomCredential();
      tokens.set(token, { grant, expiresAt: now() + TOKEN_LIFETIME_SECONDS * 1000, revoked: false });
      const record = codes.get(code);
      if (record !== undefined) record.token = token;
      return token;
    },

    readToken: (token) => {
      const record = tokens.get(token);
      if (record === undefined) return { outcome: 'unknown' };
      if (record.revoked) return { outcome: 'revoked' };
      if (now() >= record.expiresAt) return { outcome: 'expired' };
      return { outcome: 'live', grant: record.grant };
    },

    clear: () => {
      codes.clear();
      tokens.clear();
    },
  };
}

/** 256 random bits. */
function randomCredential(): string {
  return randomBytes(32).toString('base64url');
}

// Records are in the order of their expiry, so this stops at the first that stays.
function forgetOld(records: Map<string, { readonly expiresAt: number }>, expiredBefore: number): void {
  for (const [key, { expiresAt }] of records) {
    if (expiresAt > expiredBefore) return;
    records.delete(key);
  }
}
