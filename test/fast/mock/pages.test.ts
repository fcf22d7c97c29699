import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID } from '../../../src/mock/test-credentials.ts';
import { authorize, type Changes, createTestProvider, obtainTokens, REDIRECT_URI } from './relying-party.ts';

const CHOSEN: Changes = { mock_persona: 'wei-ming' };
const EVERYTHING = createTestClient([REDIRECT_URI]).scopes.join(' ');

/** The parameters of the links of a page, in order, as the browser reads them. */
function linksOf(body: string): URLSearchParams[] {
  return [...body.matchAll(/ href="([^"]*)"/g)].map(
    ([, href = '']) => new URLSearchParams(href.replaceAll('&amp;', '&')),
  );
}

/** What a link adds to the request: who, and what the person decides. */
const decisionOf = (link: URLSearchParams): string =>
  ['mock_persona', 'mock_decision'].flatMap((name) => link.getAll(name)).join(' ');

describe('the page to choose a persona on', () => {
  it('says which client asks for what, and that it is a mock', async () => {
    const scope = 'openid myinfo.name myinfo.sex';
    const { status, body } = await authorize(createTestProvider(), { scope });
    expect(status).toBe(200);
    expect(body).toContain('Mock sgID - test data only');
    expect(body).toContain(`<h1>Log in to <code>${TEST_CLIENT_ID}</code></h1>`);
    expect(body).toContain('It asks for 2 claims');
    const claims = [...body.matchAll(/<li><code>(.*?)<\/code>/g)].map(([, claim]) => claim);
    expect(claims).toEqual(['myinfo.name', 'myinfo.sex']);
  });

  it.each([
    ['openid', 'no personal data'],
    [EVERYTHING, '<details><summary>It asks for 33 claims</summary>'],
  ])('says of the scope %s: %s', async (scope, words) => {
    expect((await authorize(createTestProvider(), { scope })).body).toContain(words);
  });

  it('is locked down: no script, no form, no framing, no cache', async () => {
    const { body, headers } = await authorize(createTestProvider());
    expect(body).not.toMatch(/<script|<form|\son\w+=/);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*form-action 'none'/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['TAN WEI MING', 'TW'],
    ["D'SOUZA", 'D'],
    ['É́Z மீனா', 'É́மீ'],
    ['12 <>', '?'],
    ['<b>X</b> "><script>', 'bX'],
  ])('gives %s the initials %s, which are not read out, and escapes the name', async (name, initials) => {
    const personas = [{ id: 'abc', name, data: {} }];
    const { body } = await authorize(createTestProvider({ personas }));
    expect(body).toContain(`<span class="initials" aria-hidden="true">${initials}</span>`);
    expect(body).toContain('<span class="muted">abc</span>'); // for want of a description
    expect(body).not.toMatch(/<b>|<script/);
  });

  it('offers everybody in order, and a refusal, as links that carry the request', async () => {
    // Empty parameters count as none, and must not make the links carry two.
    const page = await authorize(createTestProvider(), { mock_persona: '', mock_decision: 'share' });
    const links = linksOf(page.body);
    expect(links.map(decisionOf)).toEqual([...PERSONAS.map(({ id }) => id), ' refuse']);
    expect(new Set(links.map((link) => link.get('state')))).toEqual(new Set(['a-state']));
  });
});

describe('the page that asks for consent', () => {
  it('says who asks, whose data it is and where the browser goes', async () => {
    const { status, body, headers } = await authorize(createTestProvider(), CHOSEN);
    expect([status, headers['location']]).toEqual([200, undefined]);
    expect(body).toContain('Mock sgID - test data only');
    expect(body).toContain(`<h1>Share with <code>${TEST_CLIENT_ID}</code>?</h1>`);
    expect(body).toContain('<bdi>TAN WEI MING</bdi>');
    expect(body).toContain(`<code>${REDIRECT_URI}</code>`);
    expect(body).toContain('<code>login_hint=wei-ming</code>');
  });

  it('leads back to the choice, shares, or refuses', async () => {
    const links = linksOf((await authorize(createTestProvider(), CHOSEN)).body);
    expect(links.map(decisionOf)).toEqual(['', 'wei-ming share', 'wei-ming refuse']);
  });

  it('shows the subject and each value as the client will see it, and no other', async () => {
    const values = { 'myinfo.registered_address': 'A\nB', 'myinfo.email': '', 'myinfo.sex': 'F' };
    const data = { 'myinfo.name': 'X', ...values };
    const provider = createTestProvider({ personas: [{ id: 'x', name: 'X', data }] });
    const scope = 'openid myinfo.name myinfo.registered_address myinfo.email ogpofficerinfo.work_email';
    const { id_token } = await obtainTokens(provider, { login_hint: 'x' });
    const { sub } = decodeJwt(id_token);
    const { body } = await authorize(provider, { mock_persona: 'x', scope });
    expect(body.match(/<div><dt>[\s\S]*?<\/div>/g)).toEqual([
      `<div><dt><code>sub</code></dt><dd>${sub}</dd></div>`,
      '<div><dt><code>myinfo.name</code></dt><dd>X</dd></div>',
      '<div><dt><code>myinfo.registered_address</code></dt><dd>A\nB</dd></div>',
      '<div><dt><code>myinfo.email</code></dt><dd class="muted">(empty)</dd></div>',
      '<div><dt><code>ogpofficerinfo.work_email</code></dt><dd class="muted">NA</dd></div>',
    ]);
  });

  it.each(PERSONAS.map(({ id }) => id))('holds nothing of %s that is not escaped', async (id) => {
    const { body } = await authorize(createTestProvider(), { mock_persona: id, scope: EVERYTHING });
    expect(body).not.toMatch(/<script|<!--|<form|<TEST|<b>|\son\w+=/);
    expect(body.match(/<\/title>|<\/main>/g)).toHaveLength(2);
  });

  it.each([
    ['mock_decision=share without a person', { mock_decision: 'share' }, 'Continue as'],
    ['an unknown decision', { ...CHOSEN, mock_decision: 'yes' }, 'Share with'],
    ['an unknown person', { mock_persona: 'nobody', mock_decision: 'share' }, 'There is no such persona.'],
  ])('%s grants nothing', async (_what, changes, words) => {
    const { body, headers } = await authorize(createTestProvider(), changes);
    expect(headers).not.toHaveProperty('location');
    expect(body).toContain(words);
  });
});
