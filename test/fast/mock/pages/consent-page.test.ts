import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID } from '../../../../src/mock/test-credentials.ts';
import type { ServerResponse } from '../../../../src/system/http-server.ts';
import {
  authorizationQuery,
  authorize,
  type Changes,
  createTestProvider,
  locationOf,
  obtainTokens,
  REDIRECT_URI,
  send,
} from '../relying-party.ts';
import { linksOf } from './links.ts';

const CHOSEN: Changes = { mock_persona: 'wei-ming' };
const EVERYTHING = createTestClient([REDIRECT_URI]).scopes.join(' ');

/** Follows the link of that number on the page that a request gets. */
async function follow(index: number, changes: Changes = CHOSEN): Promise<ServerResponse> {
  const provider = createTestProvider();
  const link = linksOf((await authorize(provider, changes)).body).at(index) ?? '';
  return send(provider, `/v2/oauth/authorize${link}`);
}

describe('the page that asks for consent', () => {
  it('says who asks, whose data it is and where the browser goes', async () => {
    const { status, body, headers } = await authorize(createTestProvider(), CHOSEN);
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('location');
    expect(body).toContain('Mock sgID - test data only');
    expect(body).toContain(`<h1>Share with <code>${TEST_CLIENT_ID}</code>?</h1>`);
    expect(body).toContain('<bdi>TAN WEI MING</bdi>');
    expect(body).toContain(`<code>${REDIRECT_URI}</code>`);
    expect(body).toContain('<code>login_hint=wei-ming</code>');
  });

  it('shows each value as it will be shared, and no other', async () => {
    const scope =
      'openid myinfo.name myinfo.registered_address myinfo.passport_number ogpofficerinfo.work_email';
    const { body } = await authorize(createTestProvider(), { ...CHOSEN, scope });
    expect(body.match(/<div><dt>[\s\S]*?<\/div>/g)?.slice(1)).toEqual([
      '<div><dt><code>myinfo.name</code></dt><dd>TAN WEI MING</dd></div>',
      '<div><dt><code>myinfo.registered_address</code></dt><dd>900 INVENTED STREET 99\n#00-11\nSINGAPORE 000011</dd></div>',
      '<div><dt><code>myinfo.passport_number</code></dt><dd>K0000011A</dd></div>',
      '<div><dt><code>ogpofficerinfo.work_email</code></dt><dd class="muted">NA</dd></div>',
    ]);
    expect(body).not.toContain('S0000011F');
  });

  it('shows the subject that the client will see, which is all for openid alone', async () => {
    const provider = createTestProvider();
    const { id_token } = await obtainTokens(provider);
    const { sub } = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString());
    const { body } = await authorize(provider, { ...CHOSEN, scope: 'openid' });
    expect(body.match(/<dt>/g)).toHaveLength(1);
    expect(body).toContain(`<div><dt><code>sub</code></dt><dd>${sub}</dd></div>`);
  });

  it.each(PERSONAS.map(({ id }) => id))('holds nothing of %s that is not escaped', async (id) => {
    const { body } = await authorize(createTestProvider(), { mock_persona: id, scope: EVERYTHING });
    expect(body).not.toMatch(/<script|<!--|<form|<TEST|<b>|\son\w+=/);
    expect(body.match(/<\/title>|<\/main>/g)).toHaveLength(2);
  });

  it('tells an empty value from an absent one', async () => {
    const personas = [{ id: 'x', name: 'X', data: { 'myinfo.name': '' } }];
    const { body } = await authorize(createTestProvider({ personas }), { mock_persona: 'x' });
    expect(body).toContain('<dd class="muted">(empty)</dd>');
  });

  it('leads back to the choice', async () => {
    const { body } = await follow(0);
    expect(body).toContain('Continue as');
  });

  it('shares', async () => {
    const { searchParams } = locationOf(await follow(1));
    expect([...searchParams.keys()]).toEqual(['code', 'state', 'iss']);
  });

  it('refuses', async () => {
    const { searchParams } = locationOf(await follow(2));
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['access_denied', 'a-state']);
  });

  it.each([
    ['mock_decision=share without a person', { mock_decision: 'share' }, 'Continue as'],
    ['an unknown decision', { ...CHOSEN, mock_decision: 'yes' }, 'Share with'],
    ['an unknown person', { mock_persona: 'nobody', mock_decision: 'share' }, 'There is no such persona.'],
    ['an inherited name as person', { mock_persona: 'constructor' }, 'There is no such persona.'],
  ])('%s grants nothing', async (_what, changes, words) => {
    const { body, headers } = await authorize(createTestProvider(), changes);
    expect(headers).not.toHaveProperty('location');
    expect(body).toContain(words);
  });

  it.each(['mock_persona', 'mock_decision'])('%s sent twice is an error', async (name) => {
    const query = authorizationQuery({ ...CHOSEN, mock_decision: 'share' });
    const response = await send(createTestProvider(), `/v2/oauth/authorize?${query}&${name}=share`);
    expect(locationOf(response).searchParams.get('error')).toBe('invalid_request');
  });

  it('leaves what is queued for the next login alone', async () => {
    const provider = createTestProvider();
    provider.queuePersona('zoe');
    provider.queueFault('access-denied');
    expect((await authorize(provider, CHOSEN)).body).toContain('Share with');
    const { searchParams } = locationOf(await authorize(provider));
    expect(searchParams.get('error')).toBe('access_denied');
    expect((await authorize(provider)).body).toContain('Continue as');
  });

  it('is skipped by login_hint, by a queued persona and by approve', async () => {
    const provider = createTestProvider();
    provider.queuePersona('siti');
    const answers = [
      await authorize(createTestProvider(), { login_hint: 'zoe', ...CHOSEN }),
      await authorize(createTestProvider({ approve: 'zoe' })),
      await authorize(provider),
    ];
    for (const answer of answers) expect(locationOf(answer).searchParams.has('code')).toBe(true);
  });
});
