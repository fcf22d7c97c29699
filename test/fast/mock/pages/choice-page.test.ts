import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID } from '../../../../src/mock/test-credentials.ts';
import { authorize, createTestProvider, locationOf, REDIRECT_URI, send } from '../relying-party.ts';
import { linksOf } from './links.ts';

describe('the page to choose a persona on', () => {
  it('says which client asks for what, and that it is a mock', async () => {
    const { status, body } = await authorize(createTestProvider(), {
      scope: 'openid myinfo.name myinfo.sex',
    });
    expect(status).toBe(200);
    expect(body).toContain('Mock sgID - test data only');
    expect(body).toContain(`<h1>Log in to <code>${TEST_CLIENT_ID}</code></h1>`);
    expect(body).toContain('It asks for 2 claims');
    expect(body).toContain('<code>myinfo.name</code>');
    expect(body).toContain('<code>myinfo.sex</code>');
    expect(body).not.toContain('<code>myinfo.race</code>');
    expect(body).not.toContain('<code>openid</code>');
  });

  it('says when nothing but an identifier is asked for', async () => {
    const { body } = await authorize(createTestProvider(), { scope: 'openid' });
    expect(body).toContain('no personal data');
  });

  it('folds a long list of claims away', async () => {
    const { scopes } = createTestClient([REDIRECT_URI]);
    const { body } = await authorize(createTestProvider(), { scope: scopes.join(' ') });
    expect(body).toContain('<details><summary>It asks for 33 claims</summary>');
  });

  it('is locked down: no script, no form, no framing, no cache', async () => {
    const { body, headers } = await authorize(createTestProvider());
    expect(body).not.toMatch(/<script|<form|\son\w+=/);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*form-action 'none'/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('escapes what a personas file may hold', async () => {
    const personas = [{ id: 'x', name: '<b>X</b>', description: '"><script>', data: {} }];
    const { body } = await authorize(createTestProvider({ personas }));
    expect(body).toContain('&lt;b&gt;X&lt;/b&gt;');
    expect(body).not.toContain('<script>');
  });

  it.each([
    ['TAN WEI MING', 'TW'],
    ["D'SOUZA", 'D'],
    ['É́Z மீனா', 'É́மீ'],
    ['12 <>', '?'],
  ])('gives %s the initials %s, which are not read out', async (name, initials) => {
    const { body } = await authorize(createTestProvider({ personas: [{ id: 'x', name, data: {} }] }));
    expect(body).toContain(`<span class="initials" aria-hidden="true">${initials}</span>`);
  });

  it('shows the id of somebody without a description', async () => {
    const { body } = await authorize(createTestProvider({ personas: [{ id: 'abc', name: 'X', data: {} }] }));
    expect(body).toContain('<span class="muted">abc</span>');
  });

  it('offers everybody in order, and a refusal, as links that carry the request', async () => {
    const provider = createTestProvider();
    // Empty parameters count as none, and must not make the links carry two.
    const page = await authorize(provider, { mock_persona: '', mock_decision: 'share' });
    const links = linksOf(page.body).map((link) => new URLSearchParams(link));
    expect(links.map((link) => [link.getAll('mock_persona'), link.getAll('mock_decision')])).toEqual([
      ...PERSONAS.map((persona) => [[persona.id], []]),
      [[''], ['refuse']],
    ]);
    const states = new Set(links.map((link) => link.get('state')));
    expect(states).toEqual(new Set(['a-state']));
  });

  it('refuses at once when asked to', async () => {
    const provider = createTestProvider();
    const refusal = linksOf((await authorize(provider)).body).at(-1) ?? '';
    const { searchParams } = locationOf(await send(provider, `/v2/oauth/authorize${refusal}`));
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['access_denied', 'a-state']);
  });

  it('judges a choice again, so that a link bent to another redirect URI leads nowhere', async () => {
    const provider = createTestProvider();
    const [link = ''] = linksOf((await authorize(provider)).body);
    const bent = link.replace(encodeURIComponent(REDIRECT_URI), encodeURIComponent('https://evil.example/'));
    expect(bent).not.toBe(link);
    const response = await send(provider, `/v2/oauth/authorize${bent}`);
    expect([response.status, response.headers['location']]).toEqual([400, undefined]);
  });
});
