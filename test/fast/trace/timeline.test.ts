import { stripVTControlCharacters, styleText } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { PLAIN_LAYOUT } from '../../../src/output/table.ts';
import { createTimeAxis, timeSpentIn } from '../../../src/trace/axis.ts';
import { renderTimeline, type TimelineLayout } from '../../../src/trace/timeline.ts';
import type { TraceRecord } from '../../../src/trace/trace.ts';
import { describeRecord, formatBytes, formatDuration, providerOf } from '../../../src/trace/words.ts';
import { exchangeRecord, failedTrace, localRecord, sampleTrace } from './sample-trace.ts';

const LAYOUT: TimelineLayout = {
  ...PLAIN_LAYOUT,
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
    const lines = renderTimeline(failedTrace(), LAYOUT).split('\n');
    expect(lines[0]).toBe('sgid login failed after 31.05 s: ERR_TOKEN_REFUSED (step token)');
    expect(lines).toContain('           warn: state ERR_STATE_MISMATCH (ignored)');
    expect(lines).toContain('           fail: response ERR_TOKEN_REFUSED (invalid_grant)');
    expect(lines.at(-2)).toBe('What it means: sgid explain ERR_TOKEN_REFUSED');
  });

  it('is ASCII alone where the terminal draws no more', () => {
    expect(renderTimeline(failedTrace(), { ...LAYOUT, unicode: false })).toMatch(/^[\n -~]+$/);
  });

  it('marks a pause that would begin before the ruler does', () => {
    const columns = 68;
    const lines = renderTimeline(sampleTrace(), { ...LAYOUT, columns }).split('\n');
    expect(lines.find((line) => line.endsWith(' 31.05 s') && line.includes(' 0 '))).toContain(' 0 ╱╱');
  });

  it('keeps the beginning of what is no path', () => {
    const records = [localRecord({ step: 'authorize' })];
    const text = renderTimeline(sampleTrace({ records }), { ...LAYOUT, columns: 50 });
    expect(text).toMatch(/make the [a-z]+…/);
  });

  it.each([50, 60, 80, 120, 250])('fits %d columns', (columns) => {
    const long = exchangeRecord({ url: `https://provider.test/${'陳美玲/'.repeat(60)}end` });
    const wide = exchangeRecord({ step: 'x'.repeat(90), status: undefined, failure: 'E'.repeat(64) });
    const other = sampleTrace({ records: columns < 80 ? [long] : [long, wide] });
    for (const trace of [sampleTrace(), failedTrace(), other])
      for (const line of renderTimeline(trace, { ...LAYOUT, columns }).split('\n'))
        expect([line, stringWidth(line) <= columns]).toEqual([line, true]);
  });

  it('keeps the end of a path that is too long, and the method', () => {
    const records = [exchangeRecord({ url: `https://provider.test/${'a/'.repeat(100)}token` })];
    expect(renderTimeline(sampleTrace({ records }), LAYOUT)).toMatch(/^token {2}POST …\S+\/a\/token {2}200/m);
  });

  it('says that no step was reached, and how many unexpected callbacks are missing', () => {
    const none = renderTimeline(sampleTrace({ records: [], droppedRecords: 7 }), LAYOUT);
    expect(none).toContain('\nNo step was reached.\n7 more unexpected callbacks are not in the trace.\n');
  });

  it('says the verdict of a check of sgid check', () => {
    const records = [localRecord({ step: 'check', verdicts: [{ check: 'clock', verdict: 'skip' }] })];
    const text = renderTimeline(sampleTrace({ command: 'check', records }), LAYOUT);
    expect(text).toMatch(/^check +clock +skip +5 ms/m);
  });

  it('has colour where it is wanted, and the same words', () => {
    const style: TimelineLayout['style'] = (emphasis, text) =>
      styleText(emphasis, text, { validateStream: false });
    const coloured = renderTimeline(failedTrace(), { ...LAYOUT, style });
    expect(coloured).toContain('\u001b[31m');
    expect(stripVTControlCharacters(coloured)).toBe(renderTimeline(failedTrace(), LAYOUT));
  });

  it('draws ten thousand records', () => {
    const records = Array.from({ length: 10_000 }, (_, index) => exchangeRecord({ startMs: index * 1_000 }));
    expect(renderTimeline(sampleTrace({ records }), LAYOUT).split('\n').length).toBeGreaterThan(10_000);
  });
});

const request = (startMs: number, durationMs: number) => exchangeRecord({ startMs, durationMs });

describe('createTimeAxis', () => {
  it('is even where there is no long pause', () => {
    const axis = createTimeAxis({ records: [request(0, 40), request(50, 50)], durationMs: 100 });
    expect(axis.breaks).toEqual([]);
    expect([0, 25, 50, 100].map(axis.at)).toEqual([0, 0.25, 0.5, 1]);
  });

  it('cuts a long pause to a quarter of the work, so that the work stays in view', () => {
    const axis = createTimeAxis({ records: [request(0, 40), request(60_040, 60)], durationMs: 60_100 });
    expect(axis.breaks).toEqual([{ fromMs: 40, toMs: 60_040 }]);
    expect([0, 40, 30_040, 60_040, 60_100].map(axis.at)).toEqual([0, 0.32, 0.42, 0.52, 1]);
  });

  it('takes waiting and moments for no work, and cuts nothing where nothing else happened', () => {
    const wait = { ...request(0, 50_000), kind: 'wait' as const };
    const moment = localRecord({ startMs: 9_000, durationMs: 0 });
    const axis = createTimeAxis({ records: [wait, moment, request(50_000, 10)], durationMs: 50_010 });
    expect(axis.breaks).toEqual([{ fromMs: 0, toMs: 50_000 }]);
    expect(createTimeAxis({ records: [wait], durationMs: 50_000 }).breaks).toEqual([]);
  });

  it('keeps records that overlap or lie in one another together', () => {
    const records = [request(0, 100), request(10, 5), request(90, 20)];
    expect(createTimeAxis({ records, durationMs: 110 }).breaks).toEqual([]);
    expect(timeSpentIn([...records, request(300, 7)])).toBe(117);
  });

  it('stays on the line for records after the end, and for a trace of no length', () => {
    const late = createTimeAxis({ records: [request(500, 500)], durationMs: 10 });
    expect([late.at(1_000), late.at(5_000)]).toEqual([1, 1]);
    expect(createTimeAxis({ records: [], durationMs: 0 }).at(0)).toBe(0);
  });

  it('marks eight pauses at most, the longest', () => {
    const records = Array.from({ length: 50 }, (_, index) => request(index * 100_000 + index * index, 1));
    const { breaks } = createTimeAxis({ records, durationMs: 49 * 100_000 + 49 * 49 + 1 });
    expect(breaks).toHaveLength(8);
    expect(breaks.at(-1)?.toMs).toBe(49 * 100_000 + 49 * 49);
  });
});

describe('the words of a trace', () => {
  const IGNORED = { check: 'state', verdict: 'warn' } as const;

  it('say how long and how much', () => {
    const times = [0, 0.4, 13.6, 999.4, 999.6, 59_994, 59_996, 125_000];
    const words = ['0 ms', '<1 ms', '14 ms', '999 ms', '1.00 s', '59.99 s', '1 min 0 s', '2 min 5 s'];
    expect(times.map(formatDuration)).toEqual(words);
    const sizes = ['812 B', '1.9 kB', '999.9 kB', '1.0 MB'];
    expect([812, 1_900, 999_949, 999_950].map(formatBytes)).toEqual(sizes);
  });

  it.each<[TraceRecord, string]>([
    [exchangeRecord({ url: 'no URL' }), 'POST no URL'],
    [exchangeRecord({ url: undefined, method: undefined }), ''],
    [localRecord({ step: 'unheard-of' }), 'unheard-of'],
    [localRecord({ step: 'callback', verdicts: [IGNORED] }), 'an unexpected callback, ignored'],
    [localRecord({ step: 'callback' }), 'validate the callback'],
  ])('say what a record is about: %#', (record, words) => {
    expect(describeRecord(record)).toBe(words);
  });

  it('take no callback for the provider', () => {
    const records = [exchangeRecord({ step: 'callback', url: 'http://localhost:5001/callback' })];
    expect(providerOf(sampleTrace({ records }))).toBeUndefined();
  });
});
