import type * as official from '@opengovsg/sgid-client';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as library from '../../src/index.ts';
import {
  type AuthorizationUrlParams,
  type CallbackParams,
  SgidClient,
  type SgidClientParams,
} from '../../src/index.ts';
import { PERSONAS } from '../../src/mock/personas.ts';
import { TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_PRIVATE_KEY } from '../../src/mock/test-credentials.ts';
import { errorOf } from '../helpers/error-of.ts';
import { createFakeProvider } from '../helpers/fake-provider.ts';
import { savedUserinfo } from '../helpers/saved-userinfo.ts';
import { ACCESS_TOKEN, HOSTNAME, SUB } from '../helpers/sign-id-token.ts';

const CREDENTIALS = {
  clientId: TEST_CLIENT_ID,
  clientSecret: TEST_CLIENT_SECRET,
  privateKey: TEST_PRIVATE_KEY,
};
const TOKENS = { sub: SUB, accessToken: ACCESS_TOKEN };
const client = new SgidClient(CREDENTIALS);

// Compiling is the greater part of these tests.
describe('typed claims', () => {
  const SCOPES = ['openid', 'myinfo.name', 'myinfo.vehicles'] as const satisfies readonly library.SgidScope[];
  const VALUES = {
    'myinfo.name': 'TAN AH TEST',
    'myinfo.vehicles': '[{"vehicle_number":"SXX1234X"}]',
  };

  it('follow from a scope parameter', async () => {
    const { fetch } = createFakeProvider({ userinfo: { body: JSON.parse(savedUserinfo(VALUES)) } });
    const client = new SgidClient({ ...CREDENTIALS, hostname: HOSTNAME, fetch });
    const { data } = await client.userinfo<'openid myinfo.name  myinfo.vehicles'>(TOKENS);
    expectTypeOf(data).toEqualTypeOf<{ 'myinfo.name': string; 'myinfo.vehicles': string }>();
    const parsed = client.parseData<'openid myinfo.name myinfo.vehicles'>(data);
    expectTypeOf(parsed).toEqualTypeOf<{
      'myinfo.name': string;
      'myinfo.vehicles': { vehicle_number: string }[] | 'NA';
    }>();
    // @ts-expect-error: that was not asked for.
    expect(parsed['myinfo.email']).toBeUndefined();
    const vehicles = parsed['myinfo.vehicles'];
    expect(vehicles === 'NA' ? [] : vehicles.map((one) => one.vehicle_number)).toEqual(['SXX1234X']);
  });

  it('follow from a list of scopes, those that the catalogue does not know included', () => {
    const parsed = client.parseData<(typeof SCOPES)[number] | 'new.claim'>({ ...VALUES, 'new.claim': 'x' });
    expectTypeOf(parsed['myinfo.name']).toEqualTypeOf<string>();
    expectTypeOf(parsed['new.claim']).toEqualTypeOf<library.ParsedSgidDataValue>();
    expectTypeOf<keyof typeof parsed>().toEqualTypeOf<'myinfo.name' | 'myinfo.vehicles' | 'new.claim'>();
    expect(parsed).toEqual({
      ...VALUES,
      'myinfo.vehicles': [{ vehicle_number: 'SXX1234X' }],
      'new.claim': 'x',
    });
  });

  it('are those of the SDK where nobody says a scope', () => {
    expectTypeOf<library.UserInfoReturn>().toEqualTypeOf<official.UserInfoReturn>();
    type Parsed = ReturnType<official.SgidClient['parseData']>;
    expectTypeOf(client.parseData(VALUES as library.SgidData)).toEqualTypeOf<Parsed>();
    const { 'myinfo.name': name } = client.parseData({ 'myinfo.name': 'TAN', 'myinfo.vehicles': '[]' });
    expectTypeOf(name).toEqualTypeOf<string>();
    expectTypeOf<library.SgidData<'openid'>>().toEqualTypeOf<Record<never, string>>();
    expect(client.parseData(VALUES)['myinfo.vehicles']).toBeInstanceOf(Array);
  });

  it('fit the people of the mock', () => {
    type Json = library.ParsedSgidData<keyof library.SgidJsonClaims>;
    const lists = <Name extends keyof Json>(name: Name) =>
      PERSONAS.flatMap(({ data }) => {
        const list = client.parseData<keyof Json>(data)[name];
        return list === undefined || list === 'NA' ? [] : [...list];
      });
    expect(lists('myinfo.vehicles')).toContainEqual({ vehicle_number: expect.any(String) });
    const text: string = expect.any(String);
    const officer: library.SgidPublicOfficer = {
      ...{ work_email: text, agency_name: text, department_name: text },
      ...{ employment_type: text, employment_title: text },
    };
    expect(lists('pocdex.public_officer_details')).toContainEqual(officer);
    for (const name of ['myinfo.children_birth_records', 'myinfo.sponsored_children_records'] as const)
      expect(lists(name)).toContainEqual(expect.objectContaining({ name: text }));
  });
});

/** The properties that may be left out, all to be given. */
type OptionalOf<T> = Required<{ [K in keyof T as Partial<Pick<T, K>> extends Pick<T, K> ? K : never]: T[K] }>;

// Compiling under exactOptionalPropertyTypes is the greater part of these tests.
describe('what may be left out may be undefined', () => {
  it('holds for the client and its calls', async () => {
    const params: OptionalOf<SgidClientParams> = {
      privateKeyPassphrase: undefined,
      redirectUri: undefined,
      hostname: undefined,
      timeoutMs: undefined,
      fetch: undefined,
    };
    const request: OptionalOf<AuthorizationUrlParams> = {
      state: undefined,
      scope: undefined,
      nonce: undefined,
      redirectUri: undefined,
    };
    const callback: OptionalOf<CallbackParams> = { nonce: undefined, redirectUri: undefined };

    const client = new SgidClient({ ...CREDENTIALS, ...params });
    const given = { codeChallenge: 'a-challenge', redirectUri: 'http://localhost/x' };
    const { url, nonce } = client.authorizationUrl({ ...request, ...given });
    expect(url).toMatch(/^https:\/\/api\.id\.gov\.sg\/v2\/oauth\/authorize\?.*&scope=myinfo\.name%20openid&/);
    expect(nonce).toMatch(/^[\w-]{43}$/);
    const error = await errorOf(() => client.callback({ code: 'x', codeVerifier: 'x', ...callback, nonce }));
    expect(error.code).toBe('ERR_MISSING_CREDENTIALS');
  });

  it('holds for loadPrivateKey and SgidError', async () => {
    const options: OptionalOf<library.LoadPrivateKeyOptions> = {
      passphrase: undefined,
      askPassphrase: undefined,
    };
    expect((await library.loadPrivateKey(TEST_PRIVATE_KEY, options)).type).toBe('private');
    const details: OptionalOf<Omit<library.SgidErrorDetails, 'cause'>> = {
      step: undefined,
      hint: undefined,
      causes: undefined,
      reply: undefined,
    };
    const error = new library.SgidError('ERR_INTERNAL', 'a bug', { ...details, cause: undefined });
    expect(error).toMatchObject({ step: 'program', causes: [], reply: undefined });
    expect('cause' in error).toBe(false);
  });
});
