import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderTracePage } from '../../../src/trace/page.ts';
import { parseTrace, type Trace } from '../../../src/trace/trace.ts';
import {
  exchangeRecord,
  failedTrace,
  hostileTrace,
  localRecord,
  sampleTrace,
  UNPRINTABLE,
} from './sample-trace.ts';

/** The words of a page, tags and style taken out. */
function wordsOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll('<wbr>', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

const PAGES = [
  ['a good login', renderTracePage(sampleTrace())],
  ['a failed one', renderTracePage(failedTrace())],
  ['one without records', renderTracePage(sampleTrace({ records: [] }))],
  ['a hostile one', renderTracePage(parseTrace({ text: hostileTrace(), name: 'x' }))],
] as const;

describe('the page of a trace', () => {
  it.each(PAGES)('of %s allows its own style and nothing else', (_name, page) => {
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; form-action &#39;none&#39;; base-uri &#39;none&#39;">`,
    );
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  it.each(PAGES)(
    'of %s has no script, no style of an element, nothing from elsewhere, no tag left open',
    (_name, page) => {
      const tags = [...page.matchAll(/<([a-z!]\w*)([^>]*)>/gi)];
      for (const [, tag = '', attributes] of tags) {
        expect(tag).not.toMatch(/^(?:script|img|iframe|link|a|form|object|base|image|use)$/i);
        expect(attributes).not.toMatch(/\s(?:style|src|href|on\w+)=/i);
        if (['!doctype', 'meta', 'wbr', 'path', 'line', 'rect'].includes(tag)) continue;
        const opened = tags.filter(([, other]) => other === tag).length;
        expect([tag, page.split(`</${tag}>`).length - 1]).toEqual([tag, opened]);
      }
      expect(page.replace(/<\/style>[\s\S]*/, '')).not.toMatch(/url\(|@import/);
    },
  );

  it('shows hostile text as text, without invisible characters', () => {
    const page = renderTracePage(parseTrace({ text: hostileTrace(), name: 'x' }));
    expect(page).toContain(
      '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;',
    );
    expect(page.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
  });

  const wait = { step: 'callback', kind: 'wait', startMs: 1, durationMs: 300_000, verdicts: [] } as const;
  const seen = exchangeRecord({ step: 'authorize', by: 'browser', method: 'GET', status: 302, startMs: 25 });
  const checks = ['jwks', 'clock'].map((check) =>
    localRecord({ step: 'check', verdicts: [{ check, verdict: 'pass' }] }),
  );

  it.each<[string, Trace, readonly string[], string?]>([
    [
      'what it failed with',
      failedTrace(),
      [
        'sgid login Failed',
        'ERR_TOKEN_REFUSED in the step token',
        'sgid explain ERR_TOKEN_REFUSED',
        'failed: response ERR_TOKEN_REFUSED (invalid_grant)',
        'warning: state ERR_STATE_MISMATCH (ignored)',
      ],
    ],
    [
      'the authorization request, each parameter by itself',
      sampleTrace(),
      ['https://provider.test/v2/oauth/authorize', 'scope openid myinfo.name', 'state [redacted]'],
    ],
    [
      'what a browser of ours did, as seen',
      sampleTrace({ records: [...sampleTrace().records, seen] }),
      ['Provider to Browser: 302'],
      'not seen by sgid',
    ],
    ['that no callback came', sampleTrace({ records: [wait] }), ['no callback came'], 'Browser to sgid'],
    [
      'the checks of sgid check together',
      sampleTrace({ command: 'check', records: checks }),
      ['Checks passed: jwks passed: clock'],
      'Sequence',
    ],
    ['what is left out', sampleTrace({ droppedRecords: 12 }), ['12 more unexpected callbacks']],
  ])('shows %s', (_name, trace, there, absent = 'nothing of the kind') => {
    const words = wordsOf(renderTracePage(trace));
    for (const expected of there) expect(words).toContain(expected);
    expect(words).not.toContain(absent);
  });

  it('shows what went between whom, in order, and what was not seen', () => {
    const [, sequence = ''] = wordsOf(renderTracePage(sampleTrace())).split(' Sequence ');
    const said = [
      'sgid to Browser: authorization URL',
      'Browser to Provider: GET /v2/oauth/authorize not seen by sgid',
      'Browser: log in and consent 30.98 s',
      'Browser to sgid: callback',
      'sgid to Provider: POST /v2/oauth/token',
      'Provider to sgid: 200 1.9 kB, 40 ms',
      'sgid: verify the ID token 5 ms',
    ];
    const places = said.map((words) => sequence.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('has a reply before what follows from it, although times are rounded', () => {
    // As if the reply had come 0.1 ms after the work on it began.
    const records = [exchangeRecord({ durationMs: 40.1 }), localRecord()];
    expect(wordsOf(renderTracePage(sampleTrace({ records })))).toMatch(
      /Provider to sgid: 200 .* sgid: verify the ID token/,
    );
  });

  it('has two lanes where no browser takes part', () => {
    expect(renderTracePage(sampleTrace({ records: [exchangeRecord()] }))).toContain('class="sequence two"');
  });
});
