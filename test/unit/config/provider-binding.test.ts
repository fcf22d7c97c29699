import { describe, expect, it } from 'vitest';
import type { FoundValue, SourceKind } from '../../../src/config/credential-sources.ts';
import { checkProviderBinding } from '../../../src/config/provider-binding.ts';
import { failureOf } from './in-memory.ts';

const KINDS: readonly SourceKind[] = ['flag', 'credentials-file', 'environment', 'env-file'];
const PAIRS = KINDS.flatMap((provider) => KINDS.map((secret) => [provider, secret] as const));

function providerFrom(kind: SourceKind, text = 'https://sgid.example.test'): FoundValue {
  return { field: 'hostname', kind, text, origin: `provider from ${kind}` };
}

function secretFrom(kind: SourceKind): FoundValue {
  return { field: 'clientSecret', kind, text: 'canary-secret', origin: `secret from ${kind}` };
}

describe('checkProviderBinding', () => {
  it.each(PAIRS)('provider from %s, secret from %s', async (provider, secret) => {
    const check = (): void => checkProviderBinding(providerFrom(provider), secretFrom(secret));
    if (provider === 'flag' || provider === secret) return expect(check).not.toThrow();
    const error = await failureOf(check);
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
    const check = (): void =>
      checkProviderBinding(providerFrom(kind), { ...secretFrom(kind), field: 'clientSecretFile' });
    if (verdict === 'accepted') expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'ERR_PROVIDER_BINDING' }));
  });
});
