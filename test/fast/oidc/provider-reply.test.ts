import { describe, expect, it, vi } from 'vitest';
import type { ProviderReply } from '../../../src/errors/sgid-error.ts';
import {
  describeReply,
  type ProviderRequest,
  type ProviderResponse,
  parseReply,
} from '../../../src/oidc/send.ts';
import { errorOf } from '../../helpers/error-of.ts';

const REQUEST: ProviderRequest = {
  step: 'userinfo',
  url: 'https://provider.test/v2/oauth/userinfo',
  init: { method: 'GET', headers: {}, redirect: 'manual' },
  secrets: ['canary-token'],
};

function answer(status: number, body: string, wwwAuthenticate: string | null = null): ProviderResponse {
  return { status, body, wwwAuthenticate, retryAfter: null };
}

function describeAnswer(...parts: Parameters<typeof answer>): ProviderReply {
  return describeReply(answer(...parts), REQUEST);
}

describe("describeReply, the provider's error code", () => {
  it.each([
    ['from the body', '{"error":"invalid_token"}', null, 'invalid_token'],
    ['from the body before the header', '{"error":"a"}', 'Bearer error="b"', 'a'],
    ['from a bearer challenge', '', 'Bearer realm="x", error="invalid_token"', 'invalid_token'],
    ['from a challenge without a scheme', '', 'error=invalid token', 'invalid token'],
    ['up to the comma', '', 'error=expired, error_description=old', 'expired'],
    ['not from error_description', '', 'Bearer error_description="x"', undefined],
    ['not from an error that is an object', '{"error":{"code":1}}', null, undefined],
    ['not from an empty error', '{"error":""}', null, undefined],
    ['absent when nobody names one', '{"message":"no"}', null, undefined],
  ])('%s', (_name, body, header, error) => {
    expect(describeAnswer(401, body, header).error).toBe(error);
  });
});

describe('describeReply, the body', () => {
  const HIDDEN = 'JSON, not shown because it may hold secrets';

  it.each([
    [500, 'a\u001b[31mb\u001b]8;;http://evil.test\u0007c\r\nd\u0000\u009b\u202ee', 'abc de'],
    [200, '{"sub":"canary-sub","data":{"myinfo.name":"CANARY"}}', 'fields: sub, data'],
    ...['["canary"]', '"canary"', '{"sub":"canary', ' \n{"sub":"canary'].map(
      (body) => [200, body, HIDDEN] as const,
    ),
    // A page that came instead of JSON.
    [200, '<title>Hotel\nWi-Fi</title>', '<title>Hotel Wi-Fi</title>'],
  ] as const)('is shown safe to print and without what may be of a person: %i %j', (status, body, shown) => {
    expect(describeAnswer(status, body).body).toBe(shown);
  });

  it('is cut at 2 kB', () => {
    const { body } = describeAnswer(500, 'é'.repeat(5000));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2048);
    expect(body).toMatch(/^é+…$/);
  });

  it.each(['canary-token', 'canary-token'.split('').join('\0')])(
    'shows no part of a secret that crosses the cut: %j',
    (secret) => {
      expect(describeAnswer(500, `${'x'.repeat(2038)}${secret} and more`).body).not.toContain('can');
    },
  );
});

describe('parseReply', () => {
  it('does not describe a good answer', () => {
    const parsed = vi.spyOn(JSON, 'parse');
    const json = parseReply(answer(200, '{"a":1}'), REQUEST, 'ERR_TOKEN_REFUSED');
    const times = parsed.mock.calls.length;
    parsed.mockRestore();
    expect(json).toEqual({ a: 1 });
    expect(times).toBe(1);
  });

  it.each([
    [200, '', 'gave nothing'],
    [200, 'hello', 'gave no JSON'],
    [200, '[]', 'gave another kind of JSON'],
    [201, '{"sub":"x"}', 'gave another kind of JSON (HTTP 201)'],
    [302, '', 'redirect (HTTP 302)'],
    [418, '', 'refused with HTTP 418'],
    [502, '', 'failed with HTTP 502'],
  ])('says in words what came: %d %j', async (status, body, words) => {
    for (const code of ['ERR_TOKEN_REFUSED', 'ERR_USERINFO_REFUSED', 'ERR_RESPONSE_INVALID'] as const) {
      const error = await errorOf(() => parseReply(answer(status, body), REQUEST, code));
      expect(error.message).toContain('GET https://provider.test/v2/oauth/userinfo');
      expect(error.message).toContain(words);
      expect(error.hint).toMatch(/\S/);
      if (status === 418) expect(error.code).toBe(code);
    }
  });
});

describe('a code exchange that is refused', () => {
  const request = { ...REQUEST, step: 'token' } as const;
  const causesOf = async (reply: object): Promise<readonly string[]> => {
    const response = answer(400, JSON.stringify(reply));
    return (await errorOf(() => parseReply(response, request, 'ERR_TOKEN_REFUSED'))).causes;
  };

  it('has the causes that its error can have, the likeliest first', async () => {
    const [client, grant] = [
      await causesOf({ error: 'invalid_client' }),
      await causesOf({ error: 'invalid_grant' }),
    ];
    const unnamed = await causesOf({ message: 'no' });
    expect(client.join()).not.toContain('code');
    expect(grant[0]).toContain('the code was used before');
    expect(grant.join()).not.toContain('secret');
    expect(unnamed[0]).toContain('client secret');
    expect(unnamed.length).toBeGreaterThan(grant.length);
  });
});
