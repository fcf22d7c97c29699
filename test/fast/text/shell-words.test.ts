import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/text/shell-words.ts';

describe('splitWords', () => {
  it.each<[string, string[], boolean?]>([
    ['firefox', ['firefox']],
    ['  firefox \t --private-window\n', ['firefox', '--private-window']],
    ['open -a "Google Chrome"', ['open', '-a', 'Google Chrome']],
    ["'/opt/my browser/run' x", ['/opt/my browser/run', 'x']],
    ['/opt/my\\ browser/run', ['/opt/my browser/run']],
    ['a "" b', ['a', '', 'b']],
    ['a"b c"\'d e\'f', ['ab cd ef']],
    ['a "say \\"hi\\" \\\\ \\n"', ['a', 'say "hi" \\ \\n']],
    ["a 'b\\c'", ['a', 'b\\c']],
    ['a "it\'s"', ['a', "it's"]],
    [
      'sh; rm -rf / && $(x) `y` | > * $HOME',
      ['sh;', 'rm', '-rf', '/', '&&', '$(x)', '`y`', '|', '>', '*', '$HOME'],
    ],
    ['browser --url=%s --new', ['browser', '--url=%s', '--new']],
    ['C:\\Browsers\\x.exe -a', ['C:\\Browsers\\x.exe', '-a'], true],
    ['"C:\\Program Files\\x.exe" -a', ['C:\\Program Files\\x.exe', '-a'], true],
    ['"C:\\Program Files\\"', ['C:\\Program Files\\'], true],
  ])('splits %j into %j, on Windows: %s', (text, words, windows = false) => {
    expect(splitWords(text, windows)).toEqual({ ok: true, words });
  });

  it.each(['', '  ', '""', '"" firefox', 'a "b', "a 'b", 'a \\', 'a "b\\'])('refuses %j', (text) => {
    expect(splitWords(text, false)).toEqual({ ok: false, problem: expect.stringMatching(/\S/) });
  });
});
