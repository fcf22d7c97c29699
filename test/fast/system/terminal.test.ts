import { expect, it, vi } from 'vitest';
import { systemTerminal } from '../../../src/system/terminal.ts';

it.each([
  ['EPIPE', false],
  // As Windows says it.
  ['EOF', false],
  ['ENOSPC', true],
])('a result that cannot be written because of %s is a failure: %s', async (code, isFailure) => {
  const failure = Object.assign(new Error(code), { code });
  const write = vi
    .spyOn(process.stdout, 'write')
    .mockImplementationOnce((_text, ...rest: readonly unknown[]) => {
      for (const done of rest) if (typeof done === 'function') done(failure);
      return true;
    });
  const writing = systemTerminal.writeOut('x').catch((error: unknown) => error);
  write.mockRestore();
  expect(await writing).toBe(isFailure ? failure : undefined);
});
