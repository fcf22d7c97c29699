import { describe, expect, it } from 'vitest';
import type { FoundValue, SourceKind } from '../../../src/config/credential-sources.ts';
import { checkProviderBinding } from '../../../src/config/provider-binding.ts';
import { failureOf } from './in-memory.ts';

type Verdict = 'accepted' | 'refused';

const KINDS: readonly SourceKind[] = ['flag', 'credentials-file', 'environment', 'env-file'];

/** Where the provider and the secret come from, and whether they go together. */
const VERDICTS: readonly (readonly [provider: SourceKind, secret: SourceKind, verdict: Verdict])[] = [
  ['flag', 'flag', 'accepted'],
  ['flag', 'credentials-file', 'accepted'],
  ['flag', 'environment', 'accepted'],
  ['flag', 'env-file', 'accepted'],
  ['credentials-file', 'flag', 'refused'],
  ['credentials-file', 'credentials-file', 'accepted'],
  ['credentials-file', 'environment', 'refused'],
  ['credentials-file', 'env-file', 'refused'],
  ['environment', 'flag', 'refused'],
  ['environment', 'credentials-file', 'refused'],
  ['environment', 'environment', 'accepted'],
  ['environment', 'env-file', 'refused'],
  ['env-file', 'flag', 'refused'],
  ['env-file', 'credentials-file', 'refused'],
  ['env-file', 'environment', 'refused'],
  ['env-file', 'env-file', 'accepted'],
];

function providerFrom(kind: SourceKind, text = 'https://sgid.example.test'): FoundValue {
  return { field: 'hostname', kind, text, origin: `provider from ${kind}` };
}

function secretFrom(kind: SourceKind): FoundValue {
  return { field: 'clientSecret', kind, text: 'canary-secret', origin: `secret from ${kind}` };
}

function verdictOn(provider: FoundValue, secret: FoundValue): Verdict {
  try {
    checkProviderBinding(provider, secret);
    return 'accepted';
  } catch {
    return 'refused';
  }
}

describe('checkProviderBinding', () => {
  it.each(VERDICTS)('a provider from %s and a secret from %s are %s', (provider, secret, verdict) => {
    expect(verdictOn(providerFrom(provider), secretFrom(secret))).toBe(verdict);
  });

  const REFUSED = VERDICTS.filter(([, , verdict]) => verdict === 'refused');

  it.each(REFUSED)('names a provider from %s and a secret from %s', async (provider, secret) => {
    const error = await failureOf(() => checkProviderBinding(providerFrom(provider), secretFrom(secret)));
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_BINDING', step: 'config' });
    expect(error.message).toContain(`secret from ${secret}`);
    expect(error.message).toContain(`provider from ${provider}`);
    expect(error.hint).toContain('--hostname https://sgid.example.test');
    expect(error.message).not.toContain('canary');
  });

  it.each(KINDS)('lets a secret from %s go to the real provider', (secret) => {
    for (const kind of [...KINDS, 'default'] as const) {
      const provider = providerFrom(kind, 'https://api.id.gov.sg');
      expect(() => checkProviderBinding(provider, secretFrom(secret))).not.toThrow();
    }
  });

  it.each([
    ['env-file', 'refused'],
    ['credentials-file', 'refused'],
    ['environment', 'accepted'],
  ] as const)('a secret file named in %s together with a provider is %s', (kind, verdict) => {
    const secret: FoundValue = { ...secretFrom(kind), field: 'clientSecretFile' };
    expect(verdictOn(providerFrom(kind), secret)).toBe(verdict);
  });
});
