import { describe, expect, it } from 'vitest';
import { checkProviderBinding } from '../../../src/settings/provider-binding.ts';
import type { FoundValue, Source, SourceKind } from '../../../src/settings/sources.ts';
import { failureOf } from './in-memory.ts';

type Verdict = 'accepted' | 'refused';

const KINDS = ['flag', 'credentials-file', 'environment', 'dotenv'] as const;

/** The places of a secret that may go to a provider of a place. */
const ACCEPTED = {
  flag: [...KINDS, 'profile'],
  'credentials-file': ['credentials-file'],
  environment: ['environment'],
  dotenv: ['dotenv'],
  profile: ['profile'],
} as const satisfies Partial<Record<SourceKind, readonly SourceKind[]>>;
const PLACES = [...KINDS, 'profile'] as const;

function providerFrom(kind: SourceKind, text = 'https://sgid.example.test'): FoundValue {
  return { field: 'hostname', kind, text, origin: `provider from ${kind}` };
}

function secretFrom(kind: SourceKind): FoundValue {
  return { field: 'clientSecret', kind, text: 'canary-secret', origin: `secret from ${kind}` };
}

/** The sources of a provider that was found; another one stands in the profile, unless that is where it is from. */
function sourcesOf(provider: FoundValue): readonly Source[] {
  const own = 'https://own.example.test';
  const hostname = provider.kind === 'profile' ? provider : { text: own, origin: 'profile test' };
  return [{ kind: 'profile', values: { hostname } }];
}

function verdictOn(provider: FoundValue, secret: FoundValue, sources = sourcesOf(provider)): Verdict {
  try {
    checkProviderBinding(provider, secret, sources);
    return 'accepted';
  } catch {
    return 'refused';
  }
}

describe('checkProviderBinding', () => {
  it.each(PLACES)('lets a secret go to a provider from %s from its own places alone', (provider) => {
    const accepted = PLACES.filter(
      (secret) => verdictOn(providerFrom(provider), secretFrom(secret)) === 'accepted',
    );
    expect(accepted).toEqual(ACCEPTED[provider]);
  });

  it('names both, and how to confirm', async () => {
    const [provider, secret] = [providerFrom('dotenv'), secretFrom('environment')];
    const error = await failureOf(() => checkProviderBinding(provider, secret, sourcesOf(provider)));
    expect(error).toMatchObject({ code: 'ERR_PROVIDER_BINDING', step: 'config' });
    expect(error.message).toContain('secret from environment');
    expect(error.message).toContain('provider from dotenv');
    expect(error.hint).toBe(
      'If the secret is for https://sgid.example.test, pass --hostname https://sgid.example.test',
    );
    expect(error.message).not.toContain('canary');
  });

  it('advises on the provider of the profile before the real one', async () => {
    const [provider, secret] = [providerFrom('profile'), secretFrom('environment')];
    const { hint = '' } = await failureOf(() => checkProviderBinding(provider, secret, sourcesOf(provider)));
    const [own, real] = [
      hint.indexOf('--hostname https://sgid.example.test'),
      hint.indexOf('profile use --none'),
    ];
    expect(own).toBeGreaterThan(0);
    expect(real).toBeGreaterThan(own);
  });

  it.each(KINDS)('lets a secret from %s go to the real provider', (secret) => {
    for (const kind of [...KINDS, 'default'] as const) {
      const provider = providerFrom(kind, 'https://api.id.gov.sg');
      expect(() => checkProviderBinding(provider, secretFrom(secret), [])).not.toThrow();
    }
  });

  it.each([
    ['dotenv', 'refused'],
    ['credentials-file', 'refused'],
    ['environment', 'accepted'],
  ] as const)('a secret file named in %s together with a provider is %s', (kind, verdict) => {
    const secret: FoundValue = { ...secretFrom(kind), field: 'clientSecretFile' };
    expect(verdictOn(providerFrom(kind), secret)).toBe(verdict);
  });

  describe('a secret of a profile', () => {
    const secret = secretFrom('profile');
    const other = { text: 'https://api.id.gov.sg', origin: '.env' };
    const withHostname = (text?: string): readonly Source[] => [
      { kind: 'dotenv', values: { hostname: other } },
      { kind: 'profile', values: text === undefined ? {} : { hostname: { text, origin: 'profile test' } } },
    ];

    it.each([...KINDS, 'profile'] as const)('goes to its own provider, named by %s as well', (kind) => {
      const provider = providerFrom(kind, 'https://own.example.test');
      expect(verdictOn(provider, secret, withHostname('https://own.example.test'))).toBe('accepted');
    });

    it.each(['credentials-file', 'environment', 'dotenv'] as const)(
      'does not go to the real provider when that is not its own: %s',
      (kind) => {
        const real = providerFrom(kind, 'https://api.id.gov.sg');
        expect(verdictOn(real, secret, withHostname('http://localhost:5157'))).toBe('refused');
        expect(verdictOn(real, secret, withHostname())).toBe('accepted');
      },
    );

    it('goes to the real provider when the profile names none', () => {
      expect(verdictOn(providerFrom('default', 'https://api.id.gov.sg'), secret, withHostname())).toBe(
        'accepted',
      );
    });
  });
});
