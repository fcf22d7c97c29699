import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { usageError } from '../errors/sgid-error.ts';
import type { FaultName } from './faults.ts';
import { copyText } from './oauth.ts';

export const CODE_LIFETIME_SECONDS = 60;
export const TOKEN_LIFETIME_SECONDS = 600;

/** How long an expired token is remembered, so that its error can say what happened to it. */
const TOKEN_MEMORY_SECONDS = 60;

/** Of codes and of tokens: at a thousand logins a second, a code is kept for 50 seconds. With the longest values that takes 140 MiB. */
const MOST_KEPT = 50_000;

export const SHORTEST_SECRET_BYTES = 16;

export interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  /** When the person was authenticated, in seconds since the Unix epoch, where the ID token is to say so. */
  readonly authTime: number | undefined;
  readonly scopes: readonly string[];
  readonly personaId: string;
  readonly fault: FaultName | undefined;
}

export type Redemption =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'unknown' | 'foreign' | 'used' | 'expired' };

export type TokenStatus =
  | { readonly kind: 'live'; readonly grant: Grant }
  | { readonly kind: 'unknown' | 'revoked' | 'expired' };

/** What a code or an access token stands for. Times are milliseconds since the Unix epoch. */
interface Issued {
  /** The same for a code and the token that it gave. */
  readonly id: string;
  readonly expiresAt: number;
  readonly grant: Grant;
}

interface Vault {
  issue(issued: Issued, forgetAt: number): string;
  open(text: string): Issued | undefined;
  keep(text: string, forgetAt: number): void;
  clear(): void;
}

/**
 * The codes and access tokens. Under a `secret` they are the grants themselves, sealed, so that every process with the
 * secret can open them, and `clear` takes nothing back; without one they are random, and what they stand for is in
 * memory. Which codes were redeemed is known to the process that redeemed them alone.
 */
export class GrantStore {
  readonly #now: () => number;
  readonly #codes: Vault;
  readonly #tokens: Vault;
  /** The codes that were redeemed here, by id, until their tokens have expired as well. */
  readonly #spent: Map<string, { forgetAt: number; revoked: boolean }> = new Map();
  readonly #isSealed: boolean;

  constructor(now: () => number, secret?: Uint8Array) {
    if (secret !== undefined && secret.length < SHORTEST_SECRET_BYTES) {
      throw usageError(
        `the shared secret has fewer than ${SHORTEST_SECRET_BYTES} bytes`,
        'Make one with: openssl rand -base64 32',
      );
    }
    this.#now = now;
    this.#isSealed = secret !== undefined;
    // 2: since a grant has authTime; older processes cannot open these.
    this.#codes = secret ? createSealedVault(secret, 'sgid mock code 2') : createMemoryVault(now);
    this.#tokens = secret ? createSealedVault(secret, 'sgid mock access token 2') : createMemoryVault(now);
  }

  issueCode(grant: Grant): string {
    const expiresAt = this.#now() + CODE_LIFETIME_SECONDS * 1000;
    // A code outlives the token that it gave, which a second use would revoke.
    const forgetAt = expiresAt + TOKEN_LIFETIME_SECONDS * 1000;
    return this.#codes.issue({ id: randomUUID(), expiresAt, grant }, forgetAt);
  }

  /**
   * Spends a code for good, whatever the caller then finds wrong with the request. A code used twice
   * revokes the token that it gave (RFC 6749 section 4.1.2); another client's code is left alone.
   */
  redeemCode(code: string, clientId: string): Redemption {
    const issued = this.#codes.open(code);
    if (issued === undefined) return { kind: 'unknown' };
    const { id, expiresAt, grant } = issued;
    if (grant.clientId !== clientId) return { kind: 'foreign' };
    const earlier = this.#spent.get(id);
    if (earlier !== undefined) {
      earlier.revoked = true;
      return { kind: 'used' };
    }
    if (this.#now() >= expiresAt) return { kind: 'expired' };
    forgetOld(this.#spent, this.#now());
    this.#spent.set(id, { forgetAt: expiresAt + TOKEN_LIFETIME_SECONDS * 1000, revoked: false });
    return { kind: 'granted', grant };
  }

  issueToken(code: string, grant: Grant): string {
    const id = this.#codes.open(code)?.id ?? randomUUID();
    const expiresAt = this.#now() + TOKEN_LIFETIME_SECONDS * 1000;
    // Because of a fault or a test's clock, the code may have been redeemed long ago.
    const earlier = this.#spent.get(id);
    if (earlier !== undefined && earlier.forgetAt < expiresAt) {
      earlier.forgetAt = expiresAt;
      this.#codes.keep(code, expiresAt);
    }
    return this.#tokens.issue({ id, expiresAt, grant }, expiresAt + TOKEN_MEMORY_SECONDS * 1000);
  }

  verifyToken(token: string): TokenStatus {
    const issued = this.#tokens.open(token);
    if (issued === undefined) return { kind: 'unknown' };
    if (this.#spent.get(issued.id)?.revoked) return { kind: 'revoked' };
    if (this.#now() >= issued.expiresAt) return { kind: 'expired' };
    return { kind: 'live', grant: issued.grant };
  }

  clear(): void {
    if (this.#isSealed) return;
    this.#codes.clear();
    this.#tokens.clear();
    this.#spent.clear();
  }
}

function createMemoryVault(now: () => number): Vault {
  const records = new Map<string, { readonly issued: Issued; readonly forgetAt: number }>();
  return {
    issue: (issued, forgetAt) => {
      forgetOld(records, now());
      const { codeChallenge, nonce } = issued.grant;
      const ownTexts = { codeChallenge: copyText(codeChallenge), nonce: nonce && copyText(nonce) };
      const text = randomBytes(32).toString('base64url');
      records.set(text, { issued: { ...issued, grant: { ...issued.grant, ...ownTexts } }, forgetAt });
      return text;
    },
    open: (text) => records.get(text)?.issued,
    keep: (text, forgetAt) => {
      const record = records.get(text);
      if (record === undefined) return;
      records.delete(text);
      records.set(text, { ...record, forgetAt });
    },
    clear: () => records.clear(),
  };
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The key is derived for one purpose, so that a code cannot pass for a token (RFC 5869 section 3.2). Whoever changes
 * `Issued` renames both purposes: another release beside this one then takes nothing that it does not understand.
 */
function createSealedVault(secret: Uint8Array, purpose: string): Vault {
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  return {
    issue: (issued) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const ciphertext = Buffer.concat([cipher.update(JSON.stringify(issued), 'utf8'), cipher.final()]);
      return Buffer.concat([iv, ciphertext, cipher.getAuthTag()]).toString('base64url');
    },
    open: (text) => {
      const bytes = Buffer.from(text, 'base64url');
      // Node's decoder skips what is not base64url; only the one spelling that was handed out counts.
      if (bytes.toString('base64url') !== text || bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plaintext = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return JSON.parse(plaintext.toString('utf8'));
    },
    keep: () => {},
    clear: () => {},
  };
}

/** Stops at the first that stays, because records come almost in the order in which they are due. */
function forgetOld(records: Map<string, { readonly forgetAt: number }>, now: number): void {
  for (const [key, { forgetAt }] of records) {
    if (forgetAt > now && records.size < MOST_KEPT) return;
    records.delete(key);
  }
}
