import { describe, expect, it } from 'vitest';
import { visibleText } from '../../../src/text/visible-text.ts';
import { expectLinearTime } from '../../helpers/growth.ts';

/** Words, with whatever white space is between them made one. */
function wordsOf(html: string): string {
  return visibleText(html).replace(/\s+/g, ' ').trim();
}

describe('the text of a page', () => {
  it.each([
    ['plain text', 'not a page', 'not a page'],
    ['tags', '<!doctype html><p class="x">one <b>two</b></p>', 'one two'],
    ['a script', 'a<script>let hidden = "<p>no</p>";</script>b', 'a b'],
    ['a style', '<STYLE>p { color: red }</Style>seen', 'seen'],
    ['a script that never ends', 'seen<script>hidden <p>hidden', 'seen'],
    ['a tag that never ends', 'seen <p seen too', 'seen p seen too'],
    ['a title', '<title>Page</title>Refused', 'Refused'],
    ['a main part', '<p>Banner</p><main class=x><p>Sorry</p></main>', 'Sorry'],
    [
      'a heading in a main part',
      '<main>Banner<h1>Refused</h1><p>Sorry</p><h1>More</h1>',
      'Refused Sorry More',
    ],
    ['an alert', '<main><h1>Refused</h1><p class="bad" role="alert">Sorry</p><h1>Why</h1>', 'Sorry Why'],
    ['an alert without quotes', '<h1>Refused</h1><p role=alert>Sorry</p>', 'Sorry'],
    ['a comment that is no alert', '<h1>Refused</h1><!-- p role="alert" -->Sorry', 'Refused Sorry'],
    ['a sign that is no tag', '1 < script 2', '1 script 2'],
    ['an alert that is none', '<h1>Refused</h1><p role="alertdialog">Sorry</p>', 'Refused Sorry'],
    ['what a script holds', 'a<script>"<h1 role=\\"alert\\">"</script>b', 'a b'],
    ['an arrow', '1 > 0', '1 > 0'],
    ['JSON', '{"message":"no"}', '{"message":"no"}'],
    ['nothing', '', ''],
  ])('of %s', (_name, html, words) => {
    expect(wordsOf(html)).toBe(words);
  });

  // Searched for with a regular expression, each of these takes hours.
  it.each(['<', '<script>', '<script', '</', '<style><script>', '<p', ' role='])(
    'is found however often %s comes',
    (piece) =>
      expectLinearTime(131_072, (size) => visibleText(piece.repeat(Math.floor(size / piece.length)))),
  );
});
