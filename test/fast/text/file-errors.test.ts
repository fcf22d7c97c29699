import { beforeEach, describe, expect, it } from 'vitest';
import {
  exposedFileNotice,
  fileError,
  moveAsideCommand,
  outputError,
  pathForShell,
} from '../../../src/text/file-errors.ts';
import { pretendPlatform } from '../../helpers/pretend-platform.ts';

const nodeError = (code: string): Error => Object.assign(new Error(code), { code });

describe('fileError', () => {
  it.each<[string, string, string, string?]>([
    ['ENOENT', 'does not exist', 'Check the path'],
    ['ENOTDIR', 'not a folder', 'Check the path'],
    ['EACCES', 'may not be read', "chmod u+r 'my key.pem'"],
    ['EPERM', 'may not be read', 'chmod u+r'],
    ['EISDIR', 'is a folder', 'Name the file in it'],
    ['ELOOP', 'leads to itself', 'Name the file'],
    ['EFBIG', 'larger than 1 MiB', 'right file'],
    ['EBUSY', 'is in use by another program', 'Close it there'],
    ['ENOTSUP', 'could not be read (ENOTSUP)', 'try again'],
    ['EIO', 'could not be read: the device failed', 'Check the disk'],
    ['EMFILE', 'could not be read: too many files are open', 'ulimit -n'],
    ['ENFILE', 'could not be read: too many files are open on this machine', 'Close'],
    ['EAGAIN', 'could not be read (EAGAIN)', 'try again'],
    ['ENOMEM', 'could not be read: no memory is left', 'Close'],
    ['ENOENT', 'does not exist', 'in full', '~/my key.pem'],
  ])('%s', (code, reason, hint, path = 'my key.pem') => {
    const cause = nodeError(code);
    const error = fileError(cause, 'the key', path);
    expect(error).toMatchObject({ code: 'ERR_FILE', step: 'config', cause });
    expect(error.message).toContain(`the key ${path} `);
    expect(error.message).toContain(reason);
    expect(error.hint).toContain(hint);
  });
});

describe('outputError', () => {
  it.each([
    ['ENOTDIR', 'not a folder', 'another folder'],
    ['EACCES', 'may not be written', 'ls -ld out/it'],
    ['EPERM', 'may not be written', 'ls -ld out/it'],
    ['EISDIR', 'is a folder', 'Name a file in it'],
    ['EDQUOT', 'no space', 'Free some space'],
    ['EMFILE', 'was not written: too many files are open', 'ulimit -n'],
    ['EROFS', 'read-only', 'another folder'],
    ['EBUSY', 'in use', 'another file'],
    ['EPIPE', 'nobody reads', 'Start its reader'],
    ['ENXIO', 'nobody reads', 'Start its reader'],
    ['EFBIG', 'was not written: files may not be that large here (EFBIG)', 'ulimit -f'],
    ['EINVAL', 'could not be written (EINVAL)', 'another file'],
  ])('%s', (code, reason, hint) => {
    const error = outputError(nodeError(code), 'out/it/result');
    expect(error).toMatchObject({ code: 'ERR_OUTPUT', step: 'output' });
    expect(error.message).toContain('the output file out/it/result');
    expect(error.message).toContain(reason);
    expect(error.hint).toContain(hint);
    // The path may be that of --out, --trace, --into or another option.
    expect(error.hint).not.toContain('--');
  });

  it('says so of an error without a code', () => {
    expect(outputError('x', 'out').message).toContain('unknown error');
  });
});

describe('on Windows, where cmd and PowerShell read the commands', () => {
  beforeEach(() => pretendPlatform('win32'));

  it.each([
    ['EMFILE', 'Close other programs, then try again.', 'Close other programs, then try again.'],
    ['EACCES', 'icacls C:\\keys\\a.pem', 'has it open, or check'],
    ['EPERM', 'icacls C:\\keys\\a.pem', 'has it open, or check'],
    ['ENOENT', 'relative one', 'mkdir C:\\keys'],
  ])('%s', (code, reading, writing) => {
    const path = 'C:/keys/a.pem';
    expect(fileError(nodeError(code), 'the key', path).hint).toContain(reading);
    expect(outputError(nodeError(code), path).hint).toContain(writing);
  });

  it.each([
    [String.raw`C:\a\b.pem`, String.raw`C:\a\b.pem`],
    [String.raw`\\host\share\a.pem`, String.raw`\\host\share\a.pem`],
    [String.raw`C:\My keys\it's & co^.pem`, String.raw`"C:\My keys\it's & co^.pem"`],
    ['a/b c/d.pem', String.raw`"a\b c\d.pem"`],
    ['-rf', String.raw`.\-rf`],
    ...['a$(calc).pem', 'a`calc.pem', '%PATH%.pem', 'a!b', '\u201c; calc; \u201d', 'a"b'].map((path) => [
      path,
      '<path>',
    ]),
  ])('%s is written %s', (path, word) => {
    expect(pathForShell(path)).toBe(word);
    expect(moveAsideCommand(path)).toBe(
      `move ${word} ${word.startsWith('"') ? `${word.slice(0, -1)}.old"` : `${word}.old`}`,
    );
  });
});

describe('exposedFileNotice', () => {
  it.each([
    ['secret.txt', 'chmod 600 secret.txt'],
    ["it's $(here)", "chmod 600 'it'\\''s $(here)'"],
    ['-rf', 'chmod 600 ./-rf'],
    ...['a\u001b[31mb', 'a  b', ' a', 'x\u200b.pem', '::a', 'x'.repeat(3000)].map((path) => [
      path,
      'chmod 600 <path>',
    ]),
    // In fish the quote would end too early.
    ["\\'; touch x; '.pem", 'chmod 600 <path>'],
    ['; touch x; \\', 'chmod 600 <path>'],
  ])('%j', (path, command) => {
    expect(exposedFileNotice(path).split('other users can access it; run: ')[1]).toBe(command);
  });
});
