import { expect, it } from 'vitest';
import { validateCallback } from '../../../src/oidc/callback.ts';
import { adviceOnRefusal } from '../../../src/oidc/refusal.ts';

const REPLY = { status: 401, error: 'invalid_client', body: '' };

it.each([
  ['https://api.id.gov.sg/v2', 'in the developer portal'],
  ['https://localhost.evil.test/v2', 'in the developer portal'],
  ['http://localhost:5157/v2', 'at http://localhost:5157'],
  ['https://127.0.0.1:5157/v2', 'at https://127.0.0.1:5157'],
  ['http://[::1]:5157/v2', 'at http://[::1]:5157'],
])('a refusal of %s names where the client is registered: %s', (issuer, place) => {
  const { hint } = adviceOnRefusal('ERR_TOKEN_REFUSED', REPLY, `${issuer}/oauth/token`);
  expect(hint).toBe(`Compare client id and client secret with those ${place}, then log in again.`);
  const callback = new URLSearchParams({ error: 'invalid_request', state: 'x' });
  const [grant] = validateCallback(callback, { issuer, state: 'x' }).verdicts.slice(-1);
  expect(grant?.error?.hint).toBe(`Compare scope and client id with those ${place}.`);
});

it('a refused scope may be that of a mock which has ended: no address is named', () => {
  const callback = new URLSearchParams({ error: 'invalid_scope', state: 'x' });
  const [grant] = validateCallback(callback, {
    issuer: 'http://localhost:5157/v2',
    state: 'x',
  }).verdicts.slice(-1);
  expect(grant?.error?.hint).toBe(
    'Compare the scopes with those that there are (sgid scopes), and with those registered for this client.',
  );
});
