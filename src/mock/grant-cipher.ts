import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { isRecord, parseJson } from '../protocol/guards.ts';
import { isFaultName } from './faults.ts';
import type { Grant } from './grants.ts';
import { takeRandomBytes } from './random-bytes.ts';

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
