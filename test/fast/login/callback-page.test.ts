import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SgidError } from '../../../src/errors/sgid-error.ts';
import type { CallbackOutcome } from '../../../src/login/attempt.ts';
import { callbackPage } from '../../../src/login/result-page.ts';

const mismatch = new SgidError('ERR_STATE_MISMATCH', 'a message for the terminal', { step: 'callback' });

const outcomes: [CallbackOutcome, number, string, string[]][] = [
  [{ kind: 'signed-in' }, 200, 'Signed in', ['close this tab and go back to the terminal']],
  [{ kind: 'denied' }, 200, 'Sign-in declined', ['nothing was shared', 'terminal']],
  [
    { kind: 'failed', code: 'ERR_DECRYPT_KEY' },
    200,
    'Sign-in failed',
    ['ERR_DECRYPT_KEY', 'The terminal says'],
  ],
  [
    { kind: 'rejected', error: mismatch },
    400,
    'Not the expected callback',
    ['ERR_STATE_MISMATCH', 'still waits'],
  ],
  [{ kind: 'settled' }, 200, 'Login already finished', ['nothing has changed']],
];

describe.each(outcomes)('callbackPage of %o', (outcome, status, title, words) => {
  const page = callbackPage(outcome);

  it('says what happened', () => {
    expect(page.status).toBe(status);
    expect(page.body).toContain(`<title>${title}</title>`);
    for (const word of words) expect(page.body).toContain(word);
    expect(page.body.includes('Signed in')).toBe(outcome.kind === 'signed-in');
    expect(page.body).not.toContain('a message for the terminal');
  });

  it('is locked down', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(page.body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", `style-src 'sha256-${hash}'`, "frame-ancestors 'none'"]),
    );
    expect(page.body).not.toMatch(/<script|<img|<link|<iframe|\bsrc=|\bhref=|url\(|@import|style=/i);
  });
});
