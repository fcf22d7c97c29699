import { randomBytes } from 'node:crypto';
import type { FaultName } from './faults.ts';
import { copyText } from './test-credentials.ts';

/** How long an authorization code can be redeemed. */
export const CODE_LIFETIME_SECONDS = 60;

/** How long an access token opens the userinfo endpoint. */
export const TOKEN_LIFETIME_SECONDS = 600;

/** How long a code is remembered, at least: it outlives the token that it gave, which a second use would revoke. */
const CODE_MEMORY_SECONDS = CODE_LIFETIME_SECONDS + TOKEN_LIFETIME_SECONDS;

/** How long an expired token is remembered, so that its error can say what happened to it. */
const TOKEN_MEMORY_SECONDS = 60;

/**
 * How many codes, and how many tokens, are kept: the newest. At a thousand logins a second a code is kept for 50
 * seconds still, and even of the longest requests they take no more than some 140 MiB together.
 */
const MOST_KEPT = 50_000;

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
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'unknown' | 'foreign' | 'used' | 'expired' };

/** What an access token stands for. */
export type TokenReading =
  | { readonly kind: 'live'; readonly grant: Grant }
  | { readonly kind: 'unknown' | 'revoked' | 'expired' };

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
  readonly forgetAt: number;
  used: boolean;
  /** It came a second time, perhaps before its token was there. */
  revoked: boolean;
  token?: string;
}

interface TokenRecord {
  readonly grant: Grant;
  readonly expiresAt: number;
  readonly forgetAt: number;
  revoked: boolean;
}

/** A store in memory. `now` is in milliseconds. */
export function createGrantStore(now: () => number): GrantStore {
  const codes = new Map<string, CodeRecord>();
  const tokens = new Map<string, TokenRecord>();
  const inSeconds = (seconds: number): number => now() + seconds * 1000;

  return {
    issueCode: (grant) => {
      forgetOld(codes, now());
      const code = randomCredential();
      codes.set(code, {
        grant: standAlone(grant),
        expiresAt: inSeconds(CODE_LIFETIME_SECONDS),
        forgetAt: inSeconds(CODE_MEMORY_SECONDS),
        used: false,
        revoked: false,
      });
      return code;
    },

    redeemCode: (code, clientId) => {
      const record = codes.get(code);
      if (record === undefined) return { kind: 'unknown' };
      if (record.grant.clientId !== clientId) return { kind: 'foreign' };
      if (record.used) {
        record.revoked = true;
        const token = record.token === undefined ? undefined : tokens.get(record.token);
        if (token !== undefined) token.revoked = true;
        return { kind: 'used' };
      }
      if (now() >= record.expiresAt) return { kind: 'expired' };
      record.used = true;
      return { kind: 'granted', grant: record.grant };
    },

    issueToken: (code, grant) => {
      forgetOld(tokens, now());
      const token = randomCredential();
      const record = codes.get(code);
      const expiresAt = inSeconds(TOKEN_LIFETIME_SECONDS);
      tokens.set(token, {
        grant,
        expiresAt,
        forgetAt: expiresAt + TOKEN_MEMORY_SECONDS * 1000,
        revoked: record?.revoked ?? false,
      });
      if (record === undefined) return token;
      record.token = token;
      // A fault or a test's clock may have let much time pass since the code was redeemed.
      if (record.forgetAt < expiresAt) {
        codes.delete(code);
        codes.set(code, { ...record, forgetAt: inSeconds(CODE_MEMORY_SECONDS) });
      }
      return token;
    },

    readToken: (token) => {
      const record = tokens.get(token);
      if (record === undefined) return { kind: 'unknown' };
      if (record.revoked) return { kind: 'revoked' };
      if (now() >= record.expiresAt) return { kind: 'expired' };
      return { kind: 'live', grant: record.grant };
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

/** The texts that came with a request, copied: they would keep all of it in memory. */
function standAlone(grant: Grant): Grant {
  const { codeChallenge, nonce } = grant;
  return {
    ...grant,
    codeChallenge: copyText(codeChallenge),
    nonce: nonce === undefined ? undefined : copyText(nonce),
  };
}

/**
 * Makes room for one more record: drops the oldest while they are due or too many. Stops at the first that stays,
 * because records come almost in the order in which they are due.
 */
export function forgetOld(records: Map<string, { readonly forgetAt: number }>, now: number): void {
  for (const [key, { forgetAt }] of records) {
    if (forgetAt > now && records.size < MOST_KEPT) return;
    records.delete(key);
  }
}
