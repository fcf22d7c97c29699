import { describe, expect, it, vi } from 'vitest';
import { type ProviderReply, SgidError } from '../../../src/errors/sgid-error.ts';
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
  it('loses escape sequences, control characters and bidi controls', () => {
    const body = 'a\u001b[31mb\u001b]8;;http://evil.test\u0007c\r\nd\u0000\u009b\u202ee';
    expect(describeAnswer(500, body).body).toBe('abc de');
  });

  it('is cut at 2 kB', () => {
    const { body } = describeAnswer(500, 'é'.repeat(5000));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2048);
    expect(body).toMatch(/^é+…$/);
  });

  it('shows no part of a secret that crosses the cut', () => {
    const { body } = describeAnswer(500, `${'x'.repeat(2040)}canary-token and more`);
    expect(body).not.toContain('canary');
  });

  it('shows no part of a secret that crosses the cut in pieces', () => {
    const pieces = 'canary-token'.split('').join('\0');
    const { body } = describeAnswer(500, `${'x'.repeat(2038)}${pieces} and more`);
    expect(body).not.toContain('can');
  });

  it('tells the fields of a good answer, not their values', () => {
    expect(describeAnswer(200, '{"sub":"canary-sub","data":{"myinfo.name":"CANARY"}}').body).toBe(
      'fields: sub, data',
    );
  });

  it.each(['["canary"]', '"canary"', '{"sub":"canary', ' \n{"sub":"canary'])(
    'shows no values of an answer that may hold a person: %j',
    (body) => {
      expect(describeAnswer(200, body).body).toBe('JSON, not shown because it may hold secrets');
    },
  );

  it('shows a page that came instead of JSON', () => {
    expect(describeAnswer(200, '<title>Hotel\nWi-Fi</title>').body).toBe('<title>Hotel Wi-Fi</title>');
  });
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
    [302, '', 'redirect (HTTP 302)'],
    [418, '', 'refused with HTTP 418'],
    [502, '', 'failed with HTTP 502'],
  ])('says in words what came: %d %j', async (status, body, words) => {
    const error = await errorOf(() => parseReply(answer(status, body), REQUEST, 'ERR_USERINFO_REFUSED'));
    expect(error.message).toContain('GET https://provider.test/v2/oauth/userinfo');
    expect(error.message).toContain(words);
    expect(error.hint).toMatch(/\S/);
  });

  it('gives a hint for refusals of every endpoint', async () => {
    for (const code of ['ERR_TOKEN_REFUSED', 'ERR_USERINFO_REFUSED', 'ERR_RESPONSE_INVALID'] as const) {
      const error = await errorOf(() => parseReply(answer(404, ''), REQUEST, code));
      expect(error).toMatchObject({ code, hint: expect.stringMatching(/\S/) });
    }
  });
});

describe('a code exchange that is refused', () => {
  const request = {
    step: 'token',
    url: 'https://provider.test/v2/oauth/token',
    init: { method: 'POST', headers: {}, redirect: 'manual' },
    secrets: [],
  } as const;
  const causesOf = (error: string | undefined): readonly string[] => {
    const body = JSON.stringify(error === undefined ? { message: 'no' } : { error });
    try {
      parseReply(
        { status: 400, body, wwwAuthenticate: null, retryAfter: null },
        request,
        'ERR_TOKEN_REFUSED',
      );
    } catch (thrown) {
      if (thrown instanceof SgidError) return thrown.causes;
    }
    throw new Error('nothing was refused');
  };

  it('has the causes that its error can have, the likeliest first', () => {
    expect(causesOf('invalid_client').join()).not.toContain('code');
    expect(causesOf('invalid_grant')[0]).toContain('the code was used before');
    expect(causesOf('invalid_grant').join()).not.toContain('secret');
    expect(causesOf(undefined)[0]).toContain('client secret');
    expect(causesOf(undefined).length).toBeGreaterThan(causesOf('invalid_grant').length);
  });
});
