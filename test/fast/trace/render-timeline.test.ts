import { stripVTControlCharacters, styleText } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { breakText } from '../../../src/output/table.ts';
import { readTrace } from '../../../src/trace/reading.ts';
import { renderTimeline, type TimelineLayout } from '../../../src/trace/timeline.ts';
import {
  exchangeRecord,
  failedTrace,
  hostileTrace,
  localRecord,
  sampleTrace,
  UNPRINTABLE,
} from './sample-trace.ts';

const LAYOUT: TimelineLayout = {
  style: (_emphasis, text) => text,
  wrap: breakText,
  widthOf: stringWidth,
  columns: 80,
  unicode: true,
};

describe('renderTimeline', () => {
  it('is aligned: steps, what they were, status, duration and bars', () => {
    expect(renderTimeline(sampleTrace(), LAYOUT).split('\n')).toEqual([
      'sgid login succeeded in 31.05 s',
      '2026-01-31 12:00:00 UTC, sgid 0.0.0-test, https://provider.test',
      '',
      '                                                     0 ╱╱─────────────── 31.05 s',
      'authorize  make the authorization URL                ▓',
      'callback   wait for the callback            30.98 s  ░░╱╱░',
      '           pass: parameters, state, grant',
      'token      POST /v2/oauth/token        200    40 ms       ████████████████████',
      'id-token   verify the ID token                 5 ms                          ▓▓▓',
      '           pass: algorithm, signature',
      '',
      '█ request   ▓ this machine   ░ waiting   ╱╱ a pause, shortened',
      '',
    ]);
  });

  it('says what failed, below its record and at the end', () => {
    const lines = renderTimeline(failedTrace(), { ...LAYOUT, unicode: false }).split('\n');
    expect(lines[0]).toBe('sgid login failed after 31.05 s: ERR_TOKEN_REFUSED (step token)');
    expect(lines).toContain('           warn: state ERR_STATE_MISMATCH (ignored)');
    expect(lines).toContain('           fail: response ERR_TOKEN_REFUSED (invalid_grant)');
    expect(lines.at(-2)).toBe('What it means: sgid explain ERR_TOKEN_REFUSED');
  });

  it('is ASCII alone where the terminal draws no more', () => {
    expect(renderTimeline(failedTrace(), { ...LAYOUT, unicode: false })).toMatch(/^[\n -~]+$/);
  });

  it.each([50, 60, 80, 120, 250])('fits %d columns', (columns) => {
    const long = exchangeRecord({ url: `https://provider.test/${'陳美玲/'.repeat(60)}end` });
    for (const trace of [sampleTrace(), failedTrace(), sampleTrace({ records: [long, localRecord()] })]) {
      for (const line of renderTimeline(trace, { ...LAYOUT, columns }).split('\n'))
        expect([line, stringWidth(line) <= columns]).toEqual([line, true]);
    }
  });

  it('fits 80 columns whatever is in it', () => {
    const record = exchangeRecord({ step: 'x'.repeat(90), status: undefined, failure: 'E'.repeat(64) });
    const text = renderTimeline(sampleTrace({ records: [record] }), LAYOUT);
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  it('keeps the end of a path that is too long, and the method', () => {
    const records = [exchangeRecord({ url: `https://provider.test/${'a/'.repeat(100)}token` })];
    expect(renderTimeline(sampleTrace({ records }), LAYOUT)).toMatch(/^token {2}POST …\S+\/a\/token {2}200/m);
  });

  it('says that no step was reached, and how many strays are missing', () => {
    const none = renderTimeline(sampleTrace({ records: [], droppedRecords: 7 }), LAYOUT);
    expect(none).toContain('\nNo step was reached.\n7 more strays are not in the trace.\n');
  });

  it('says the verdict of each check of sgid check', () => {
    const checks = [
      localRecord({ step: 'check', verdicts: [{ check: 'jwks', verdict: 'pass' }] }),
      localRecord({ step: 'check', verdicts: [{ check: 'clock', verdict: 'skip' }] }),
    ];
    const text = renderTimeline(sampleTrace({ command: 'check', records: checks }), LAYOUT);
    expect(text).toMatch(/^check +jwks +pass +5 ms/m);
    expect(text).toMatch(/^check +clock +skip +5 ms/m);
  });

  it('has colour where it is wanted, and the same words', () => {
    const style: TimelineLayout['style'] = (emphasis, text) =>
      styleText(emphasis, text, { validateStream: false });
    const coloured = renderTimeline(failedTrace(), { ...LAYOUT, style });
    expect(coloured).toContain('\u001b[31m');
    expect(stripVTControlCharacters(coloured)).toBe(renderTimeline(failedTrace(), LAYOUT));
  });

  it('draws a hostile trace without a character that a terminal or a runner would obey', () => {
    const text = renderTimeline(readTrace({ text: hostileTrace(), name: 'x' }), LAYOUT);
    for (const line of text.split('\n')) expect(line).not.toMatch(UNPRINTABLE);
    expect(text).not.toMatch(/^\s*::|##\[/m);
  });

  it('draws ten thousand records', () => {
    const records = Array.from({ length: 10_000 }, (_, index) => exchangeRecord({ startMs: index * 1_000 }));
    expect(renderTimeline(sampleTrace({ records }), LAYOUT).split('\n').length).toBeGreaterThan(10_000);
  });
});
