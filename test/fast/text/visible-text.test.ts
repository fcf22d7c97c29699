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
    ['a title', '<title>Page</title><h1>Refused</h1>', 'Refused'],
    ['an arrow', '1 > 0', '1 > 0'],
    ['JSON', '{"message":"no"}', '{"message":"no"}'],
    ['nothing', '', ''],
  ])('of %s', (_name, html, words) => {
    expect(wordsOf(html)).toBe(words);
  });

  // Searched for with a regular expression, each of these takes hours.
  it.each(['<', '<script>', '<script', '</', '<style><script>'])('is found however often %s comes', (piece) =>
    expectLinearTime(131_072, (size) => visibleText(piece.repeat(Math.floor(size / piece.length)))),
  );
});
