import { describe, expect, it } from 'vitest';
import {
  describeRecord,
  formatBytes,
  formatDuration,
  formatMoment,
  providerOf,
} from '../../../src/trace/words.ts';
import { exchangeRecord, localRecord, sampleTrace } from './sample-trace.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.4, '<1 ms'],
    [13.6, '14 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1_310, '1.31 s'],
    [59_994, '59.99 s'],
    [59_996, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [31_536_000_000, '525600 min 0 s'],
  ])('of %d', (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words);
  });
});

it.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [31_283.4, '31.283 s'],
])('formatMoment of %d', (milliseconds, words) => {
  expect(formatMoment(milliseconds)).toBe(words);
});

it.each([
  [812, '812 B'],
  [1_900, '1.9 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
])('formatBytes of %d', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

describe('describeRecord', () => {
  it.each([
    [exchangeRecord(), 'POST /v2/oauth/token'],
    [exchangeRecord({ url: 'no URL' }), 'POST no URL'],
    [exchangeRecord({ url: undefined, method: undefined }), ''],
    [localRecord(), 'verify the ID token'],
    [localRecord({ step: 'unheard-of' }), 'unheard-of'],
    [localRecord({ step: 'check', verdicts: [{ check: 'jwks', verdict: 'pass' }] }), 'jwks'],
    [localRecord({ step: 'callback', verdicts: [{ check: 'state', verdict: 'warn' }] }), 'a stray, ignored'],
    [
      localRecord({ step: 'callback', verdicts: [{ check: 'state', verdict: 'pass' }] }),
      'judge the callback',
    ],
  ])('%#', (record, words) => {
    expect(describeRecord(record)).toBe(words);
  });
});

describe('providerOf', () => {
  it('is the origin of what is asked', () => {
    expect(providerOf(sampleTrace())).toBe('https://provider.test');
  });

  it('is not that of the callback', () => {
    const records = [exchangeRecord({ step: 'callback', url: 'http://localhost:5001/callback' })];
    expect(providerOf(sampleTrace({ records }))).toBeUndefined();
  });
});
