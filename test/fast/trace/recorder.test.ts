import { describe, expect, it } from 'vitest';
import { linesOf, PROVIDER, REDIRECT_URI, record, recordCallback, recordVerified } from './recording.ts';

describe('a trace', () => {
  it('of a whole login has a record for each step, with what was found and how long it took', () => {
    const { recorder, pass } = recordVerified();
    pass(4);
    recorder.dataFetched(2);
    // The listener closes.
    pass(500);
    const trace = recorder.finish();
    expect(trace).toMatchObject({
      version: 1,
      tool: { name: 'sgid', version: '1.2.3' },
      startedAt: '2026-01-31T12:00:00.000Z',
      durationMs: 30_542,
      command: 'login',
      outcome: { ok: true },
    });
    expect(linesOf(trace)).toEqual([
      'local authorize: ',
      'wait callback: pass parameters, pass state, pass grant',
      'http token: pass response',
      'http jwks: pass response',
      'local id-token: pass algorithm, pass signature, pass issuer, pass audience, pass expiry, pass issued-at, pass nonce, pass subject',
      'http userinfo: pass response, pass subject',
      'local decrypt: pass payload-key, pass fields',
    ]);
    expect(trace.records.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([
      [5, 0],
      [5, 30_000],
      [30_005, 10],
      [30_015, 10],
      [30_025, 3],
      [30_028, 10],
      [30_038, 4],
    ]);
    expect(trace.records[1]?.url).toBe(REDIRECT_URI);
    expect(trace.records.at(-1)?.verdicts.at(-1)?.detail).toBe('2 decrypted');
  });

  it('says nothing of a decryption where nothing was encrypted', () => {
    const { recorder } = recordVerified();
    recorder.dataFetched(0);
    expect(linesOf(recorder.finish()).at(-1)).toBe('http userinfo: pass response, pass subject');
  });

  it('does not claim that subjects were compared where no ID token was seen', () => {
    const { recorder, exchange } = record('userinfo');
    exchange('/oauth/userinfo');
    recorder.dataFetched(1);
    expect(linesOf(recorder.finish())[0]).toBe('http userinfo: pass response');
  });

  it('does not claim that an ID token was verified where only keys were asked for', () => {
    const { recorder, exchange } = record('inspect');
    exchange('/.well-known/jwks.json');
    expect(linesOf(recorder.finish())).toEqual(['http jwks: pass response']);
  });

  it('keeps sizes, and the failure of an exchange that had no answer', () => {
    const { recorder } = record();
    const url = `${PROVIDER}/oauth/token`;
    recorder.exchange({
      method: 'POST',
      url,
      status: 200,
      milliseconds: 1,
      requestBytes: 7,
      responseBytes: 9,
    });
    recorder.exchange({ method: 'POST', url, failure: 'ECONNREFUSED', milliseconds: 1 });
    recorder.exchange({ method: 'POST', url, failure: 'TAN AH TEST', milliseconds: 1 });
    const [sent, refused, strange] = recorder.finish().records;
    expect(sent).toMatchObject({ requestBytes: 7, responseBytes: 9 });
    expect(refused?.failure).toBe('ECONNREFUSED');
    expect(strange?.failure).toBe('failed');
  });
});

describe('what a browser does', () => {
  it('is marked as its own, and of the callback only the wait is told', () => {
    const { recorder, exchange } = recordCallback();
    exchange('/oauth/authorize?state=CANARY', 302);
    recorder.exchange({ method: 'GET', url: `${REDIRECT_URI}?code=CANARY`, status: 200, milliseconds: 1 });
    const { records } = recorder.finish();
    expect(records.filter(({ kind }) => kind === 'http')).toMatchObject([
      { step: 'authorize', by: 'browser' },
    ]);
    expect(records.filter(({ step }) => step === 'callback')).toHaveLength(1);
  });

  it('counts as a note when it fails', () => {
    const { recorder } = record();
    recorder.authorizationUrl(`${PROVIDER}/oauth/authorize`);
    recorder.browserFailed();
    expect(linesOf(recorder.finish())).toEqual(['local authorize: warn browser']);
  });

  it('leaves a record for each stray, but no more than 50', () => {
    const { recorder } = record();
    recorder.waiting();
    for (let count = 0; count < 1_000; count++) recorder.stray('ERR_STATE_MISMATCH');
    recorder.callbackReceived();
    const trace = recorder.finish();
    expect(
      linesOf(trace).filter((line) => line === 'local callback: warn state ERR_STATE_MISMATCH'),
    ).toHaveLength(50);
    expect(linesOf(trace)).toContain('wait callback: pass parameters, pass state, pass grant');
    expect(trace.droppedRecords).toBe(950);
  });
});

describe('the checks of sgid check', () => {
  it('are records with the verdict that they came to; refusals among the answers are not judged', () => {
    const { recorder, exchange } = record('check');
    exchange('/oauth/token', 401);
    recorder.checked([
      { id: 'scopes', verdict: 'warn', durationMs: 1 },
      { id: 'client-secret', verdict: 'fail', code: 'ERR_TOKEN_REFUSED', durationMs: 10 },
    ]);
    expect(linesOf(recorder.finish({ code: 'ERR_TOKEN_REFUSED', step: 'check' }))).toEqual([
      'http token: ',
      'local check: warn scopes',
      'local check: fail client-secret ERR_TOKEN_REFUSED',
    ]);
  });
});

describe('a secret', () => {
  it('that is learnt of later is taken out of what was noted before, in any spelling', () => {
    const { recorder, exchange } = record();
    exchange('/CANARY%2Fsecret/oauth/token');
    recorder.hide(['CANARY/secret']);
    expect(JSON.stringify(recorder.finish())).not.toContain('CANARY');
  });

  it('is taken out before a long URL is cut', () => {
    const { recorder, exchange } = record();
    recorder.hide(['CANARY-0123456789']);
    exchange(`/${'x'.repeat(965)}/CANARY-0123456789`);
    const [{ url = '' } = {}] = recorder.finish().records;
    expect(url.length).toBe(1_000);
    expect(url).not.toContain('CANARY');
  });
});
