import { describe, expect, it } from 'vitest';
import { readBrowserVariable, splitCommand } from '../../../src/commands/login-options.ts';

const usageError = expect.objectContaining({ code: 'ERR_USAGE', step: 'usage' });

describe('splitCommand', () => {
  it.each<[string, string[]]>([
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
  ])('splits %j', (text, words) => {
    expect(splitCommand(text, false)).toEqual(words);
  });

  it.each<[string, string[]]>([
    ['C:\\Browsers\\x.exe -a', ['C:\\Browsers\\x.exe', '-a']],
    ['"C:\\Program Files\\x.exe" -a', ['C:\\Program Files\\x.exe', '-a']],
    ['"C:\\Program Files\\"', ['C:\\Program Files\\']],
  ])('leaves backslashes alone on Windows: %j', (text, words) => {
    expect(splitCommand(text, true)).toEqual(words);
  });

  it.each(['', '  ', '""', '"" firefox', 'a "b', "a 'b", 'a \\', 'a "b\\'])('refuses %j', (text) => {
    expect(() => splitCommand(text, false)).toThrow(usageError);
  });
});

describe('readBrowserVariable', () => {
  it.each<[string, string[]]>([
    ['', []],
    [' ', []],
    ['firefox -P x', ['firefox', '-P', 'x']],
    ['firefox %s:chromium', ['firefox', '%s']],
    ['::chromium', ['chromium']],
  ])('reads %j as others do on Unix', (value, words) => {
    expect(readBrowserVariable(value, false)).toEqual(words);
  });

  it('takes a colon as part of a path on Windows', () => {
    expect(readBrowserVariable('C:\\x.exe', true)).toEqual(['C:\\x.exe']);
  });

  it('refuses what cannot be split', () => {
    expect(() => readBrowserVariable('"firefox', false)).toThrow(usageError);
  });
});
