import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../../src/mock/personas.ts';
import { createTestClient, TEST_CLIENT_ID } from '../../../../src/mock/test-credentials.ts';
import { authorize, createTestProvider, locationOf, REDIRECT_URI, send } from '../relying-party.ts';

function linksOf(body: string): string[] {
  return [...body.matchAll(/<a href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
}

describe('the page to choose a persona on', () => {
  it('says which client asks for what, and that it is a mock', async () => {
    const { status, body } = await authorize(createTestProvider(), {
      scope: 'openid myinfo.name myinfo.sex',
    });
    expect(status).toBe(200);
    expect(body).toContain('Mock sgID - test data only');
    expect(body).toContain(`<h1>Log in to <code>${TEST_CLIENT_ID}</code></h1>`);
    expect(body).toContain('It will receive 2 claims');
    expect(body).toContain('<code>myinfo.name</code> <span class="muted">full name</span>');
    expect(body).toContain('<code>myinfo.sex</code>');
    expect(body).not.toContain('<code>myinfo.race</code>');
  });

  it('says when nothing but an identifier is asked for', async () => {
    const { body } = await authorize(createTestProvider(), { scope: 'openid' });
    expect(body).toContain('no personal data');
  });

  it('folds a long list of claims away', async () => {
    const { scopes } = createTestClient(REDIRECT_URI);
    const { body } = await authorize(createTestProvider(), { scope: scopes.join(' ') });
    expect(body).toContain('<details><summary>It will receive 33 claims</summary>');
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

  it('offers everybody in order, and a refusal, as links that work', async () => {
    const provider = createTestProvider();
    // An empty login hint counts as none, and must not make the links carry two.
    const links = linksOf((await authorize(provider, { login_hint: '' })).body);
    expect(links).toHaveLength(PERSONAS.length + 1);
    const answers = await Promise.all(links.map((link) => send(provider, `/v2/oauth/authorize${link}`)));
    const outcomes = answers.map((answer) => {
      const { searchParams } = locationOf(answer);
      return [searchParams.has('code'), searchParams.get('error'), searchParams.get('state')];
    });
    expect(outcomes).toEqual([
      ...PERSONAS.map(() => [true, null, 'a-state']),
      [false, 'access_denied', 'a-state'],
    ]);
    expect(links.slice(0, -1).map((link) => new URLSearchParams(link).get('login_hint'))).toEqual(
      PERSONAS.map((persona) => persona.id),
    );
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
