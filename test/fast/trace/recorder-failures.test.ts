import { describe, expect, it } from 'vitest';
import type { SgidErrorCode, SgidStep } from '../../../src/errors/sgid-error.ts';
import { linesOf, record, recordCallback, recordVerified } from './recording.ts';

describe('a trace of a login that failed', () => {
  it.each<[SgidErrorCode, SgidStep, string]>([
    ['ERR_SUB_MISMATCH', 'userinfo', 'http userinfo: pass response, fail subject ERR_SUB_MISMATCH'],
    ['ERR_DECRYPT_KEY', 'decrypt', 'local decrypt: fail payload-key ERR_DECRYPT_KEY, skip fields'],
    ['ERR_DECRYPT_FIELD', 'decrypt', 'local decrypt: pass payload-key, fail fields ERR_DECRYPT_FIELD'],
  ])('after userinfo with %s (%s) ends in it', (code, step, line) => {
    const trace = recordVerified().fail(code, step);
    expect(linesOf(trace).at(-1)).toBe(line);
    expect(trace.outcome).toEqual({ ok: false, code, step });
  });

  it('at the ID token has what was not reached, and no step after it', () => {
    const { exchange, fail } = recordCallback();
    exchange('/oauth/token');
    exchange('/.well-known/jwks.json');
    expect(linesOf(fail('ERR_ID_TOKEN_SIGNATURE', 'id-token')).slice(3)).toEqual([
      'http jwks: pass response',
      'local id-token: pass algorithm, fail signature ERR_ID_TOKEN_SIGNATURE, skip issuer, skip audience, skip expiry, skip issued-at, skip nonce, skip subject',
    ]);
  });

  it('at the ID token counts what came after as no part of the verification', () => {
    const { recorder, exchange, pass, fail } = recordCallback();
    exchange('/oauth/token');
    exchange('/.well-known/jwks.json');
    pass(3);
    recorder.codeExchanged();
    // The listener closes.
    pass(500);
    expect(fail('ERR_ID_TOKEN_NONCE', 'id-token').records.at(-1)).toMatchObject({
      step: 'id-token',
      durationMs: 3,
    });
  });

  it('at the keys blames their document, not the ID token', () => {
    const { exchange, fail } = recordCallback();
    exchange('/oauth/token');
    exchange('/.well-known/jwks.json');
    expect(linesOf(fail('ERR_RESPONSE_INVALID', 'id-token')).slice(3)).toEqual([
      'http jwks: fail response ERR_RESPONSE_INVALID',
    ]);
  });

  it('at the token endpoint has the error that the provider named', () => {
    const { exchange, fail } = recordCallback();
    exchange('/oauth/token', 400);
    expect(fail('ERR_TOKEN_REFUSED', 'token', 'invalid_grant').records.at(-1)?.verdicts).toEqual([
      { check: 'response', verdict: 'fail', code: 'ERR_TOKEN_REFUSED', detail: 'invalid_grant' },
    ]);
  });

  it('after asking again blames the last answer alone', () => {
    const { exchange, fail } = recordVerified();
    exchange('/oauth/userinfo', 503);
    exchange('/oauth/userinfo', 503);
    expect(linesOf(fail('ERR_PROVIDER_UNAVAILABLE', 'userinfo')).slice(-2)).toEqual([
      'http userinfo: warn response',
      'http userinfo: fail response ERR_PROVIDER_UNAVAILABLE',
    ]);
  });

  it.each<[SgidErrorCode, string]>([
    [
      'ERR_CALLBACK_TIMEOUT',
      'wait callback: fail arrival ERR_CALLBACK_TIMEOUT, skip parameters, skip state, skip grant',
    ],
    ['ERR_ACCESS_DENIED', 'wait callback: pass parameters, pass state, fail grant ERR_ACCESS_DENIED'],
  ])('while it waited, with %s, ends the wait', (code, line) => {
    const { recorder, pass, fail } = record();
    recorder.waiting();
    pass(300_000);
    const trace = fail(code, 'callback');
    expect(linesOf(trace)).toEqual([line]);
    expect(trace.records[0]?.durationMs).toBe(300_000);
  });

  it('by an interruption judges nothing that was under way', () => {
    const { recorder, pass, fail } = record();
    recorder.waiting();
    pass(10);
    expect(linesOf(fail('ERR_INTERRUPTED', 'program'))).toEqual(['wait callback: ']);

    const exchanging = recordCallback();
    exchanging.exchange('/oauth/token');
    exchanging.exchange('/.well-known/jwks.json', undefined, {
      failure: 'ABORT_ERR',
      status: undefined,
    } as object);
    expect(linesOf(exchanging.fail('ERR_INTERRUPTED', 'program')).slice(2)).toEqual([
      'http token: pass response',
      'http jwks: skip response',
    ]);
  });

  it('before any step has no record, and one of its own for a step that had none', () => {
    expect(record().fail('ERR_MISSING_CREDENTIALS', 'config').records).toEqual([]);
    expect(linesOf(record().fail('ERR_LISTEN_PORT_IN_USE', 'listen'))).toEqual([
      'local listen: fail port ERR_LISTEN_PORT_IN_USE',
    ]);
  });

  it('after its end, as on a full disk, has every step passed', () => {
    const { exchange, fail } = recordCallback('callback');
    exchange('/oauth/token');
    exchange('/.well-known/jwks.json');
    expect(linesOf(fail('ERR_OUTPUT', 'output')).at(-1)).toMatch(
      /^local id-token: pass algorithm.*pass subject$/,
    );
  });
});
