import { describe, expect, it } from 'vitest';
import { isTrustedHost } from '../../../../src/mock/control.ts';

describe('isTrustedHost', () => {
  it.each([
    'localhost',
    'localhost:1',
    '127.0.0.1',
    '127.0.0.1:65535',
    '10.0.0.5:80',
    '[::1]',
    '[::1]:80',
    '[fe80::1]:80',
  ])('trusts %s anywhere', (host) => {
    expect(isTrustedHost(host, 'https://sgid.example')).toBe(true);
  });

  it.each([
    undefined,
    '',
    ':80',
    'example',
    'mysgid.example',
    'sgid.example.evil.example',
    'sgid.example@evil.example',
    'evil.example@127.0.0.1',
    'evil.example#127.0.0.1',
    'evil.example/127.0.0.1',
    'localhost, evil.example',
    'localhost evil.example',
    'localhost:80:80',
    'localhost.',
    '127.0.0.1.nip.example',
    '2130706433.evil.example',
    '[::1].evil.example',
    '[evil.example]',
    '::1',
    'locаlhost',
  ])('does not trust %j', (host) => {
    expect(isTrustedHost(host, 'https://sgid.example')).toBe(false);
  });

  it("trusts the provider's own host at any port", () => {
    expect(isTrustedHost('sgid.example:8443', 'https://sgid.example')).toBe(true);
    expect(isTrustedHost('sgid.example', 'https://other.example')).toBe(false);
  });
});
