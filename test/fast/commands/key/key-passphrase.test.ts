import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../../src/commands/context.ts';
import { openKeyInput, readKeyInput } from '../../../../src/commands/key-input.ts';
import {
  askPassphrase,
  obtainNewPassphrase,
  readPassphraseFile,
} from '../../../../src/commands/key-output.ts';
import { createDiagnostics } from '../../../../src/output/diagnostics.ts';
import { Journal } from '../../../../src/trace/journal.ts';
import { createFakePlatform, type RunOptions } from '../../../helpers/fake-platform.ts';
import { writeKeyFiles } from '../../../helpers/run-key.ts';
import { rsaJwk } from '../../keys/key-fixtures.ts';

const SECRET = 'a CANARY passphrase';

/** A context, and what it says when it is made to say something. */
function createContext(options: RunOptions = {}): CommandContext & { said(text: string): string } {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const diagnostics = createDiagnostics({ write, verbosity: 'verbose', colour: false });
  const { platform } = createFakePlatform({
    terminal: { stdinIsTerminal: true, stderrIsTerminal: true, askSecret: async () => SECRET },
    ...options,
  });
  const said = (text: string): string => {
    diagnostics.info(text);
    return written;
  };
  return { platform, diagnostics, journal: new Journal(0), said };
}

describe('nothing that is said later holds', () => {
  it('a passphrase from a file', async () => {
    const context = createContext();
    const folder = await writeKeyFiles({ passphrase: `${SECRET}\n` });
    expect(await readPassphraseFile('--x', join(folder, 'passphrase'), context)).toBe(SECRET);
    expect(context.said(`it is ${SECRET}.`)).toBe('it is [redacted].\n');
  });

  it.each([
    ['an old passphrase', askPassphrase],
    ['a new passphrase', (context: CommandContext) => obtainNewPassphrase(undefined, context)],
  ])('%s that was typed', async (_name, ask) => {
    const context = createContext();
    expect(await ask(context)).toBe(SECRET);
    expect(context.said(`it is ${SECRET}.`)).toBe('it is [redacted].\n');
  });

  it('a passphrase of the environment, or the body of a key', async () => {
    const context = createContext({ env: { SGID_PRIVATE_KEY_PASSPHRASE: SECRET } });
    const text = JSON.stringify(rsaJwk());
    const folder = await writeKeyFiles({ 'key.json': text });
    await openKeyInput(await readKeyInput(join(folder, 'key.json'), context), {}, context);
    expect(context.said(`it is ${SECRET}.`)).toBe('it is [redacted].\n');
    expect(context.said(text)).not.toContain(rsaJwk()['d']);
  });
});
