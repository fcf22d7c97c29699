import { describe, expect, it } from 'vitest';
import type { PortReading } from '../../../../src/check/check.ts';
import { checkCallbackPort } from '../../../../src/check/settings-checks.ts';
import { broken, createCheckContext, createSubject, REDIRECT_URI } from '../../../helpers/check-context.ts';

describe('the check of the callback port', () => {
  it.each<[PortReading, object]>([
    [
      { kind: 'free', addresses: ['127.0.0.1', '::1'], port: 5001 },
      { verdict: 'pass', evidence: 'port 5001 is free on 127.0.0.1 and [::1]' },
    ],
    [
      { kind: 'taken', reason: 'port 5001 is in use', hint: 'stop it' },
      { verdict: 'warn', evidence: 'port 5001 is in use', hint: 'stop it' },
    ],
    [
      { kind: 'elsewhere', reason: 'it leads elsewhere', hint: 'use --manual' },
      { verdict: 'skip', evidence: 'it leads elsewhere' },
    ],
  ])('tells of %j', async (reading, finding) => {
    const asked: string[] = [];
    const probePort = async (uri: string): Promise<PortReading> => {
      asked.push(uri);
      return reading;
    };
    expect(await checkCallbackPort(createCheckContext({ probePort }))).toMatchObject(finding);
    expect(asked).toEqual([REDIRECT_URI]);
  });

  it('is skipped without a usable redirect URI, and no port is touched', async () => {
    const subject = createSubject({ redirectUri: broken('ERR_REDIRECT_URI') });
    const probePort = () => Promise.reject(new Error('a port was probed'));
    expect(await checkCallbackPort(createCheckContext({ subject, probePort }))).toMatchObject({
      verdict: 'skip',
      blockedBy: { code: 'ERR_REDIRECT_URI' },
    });
  });
});
