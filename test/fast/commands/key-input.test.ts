import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/commands/context.ts';
import { loadKeyFile, obtainNewPassphrase, unlockKeyFile } from '../../../src/commands/key-input.ts';
import { createDiagnostics } from '../../../src/output/diagnostics.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { createFakePlatform, type RunOptions } from '../../helpers/fake-platform.ts';
import { writeKeyFiles } from '../../helpers/run-key.ts';
import { keyText, rsaJwk } from '../keys/key-fixtures.ts';

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

const LOCKED = createPrivateKey(keyText('rsa-2048.pkcs8.pem')).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: SECRET,
});

describe('nothing that is said later holds a passphrase', () => {
  it.each<[string, string | undefined, RunOptions]>([
    ['of a file', 'passphrase', {}],
    ['of the environment', undefined, { env: { SGID_PRIVATE_KEY_PASSPHRASE: SECRET } }],
    ['that was typed', undefined, {}],
  ])('%s', async (_name, passphraseFile, options) => {
    const folder = await writeKeyFiles({ 'key.pem': LOCKED, passphrase: `${SECRET}\n` });
    const context = createContext(options);
    const path = passphraseFile && join(folder, passphraseFile);
    await unlockKeyFile(await loadKeyFile(join(folder, 'key.pem'), context), path, context);
    expect(context.said(`it is ${SECRET}.`)).toBe('it is [redacted].\n');
  });

  it.each([
    ['from a file', 'passphrase'],
    ['typed', undefined],
  ])('that is new, %s', async (_name, file) => {
    const context = createContext();
    const folder = await writeKeyFiles({ passphrase: `${SECRET}\n` });
    expect(await obtainNewPassphrase(file && join(folder, file), context)).toBe(SECRET);
    expect(context.said(`it is ${SECRET}.`)).toBe('it is [redacted].\n');
  });
});

it('nothing that is said later holds the body of a key', async () => {
  const context = createContext();
  const text = JSON.stringify(rsaJwk());
  await loadKeyFile(join(await writeKeyFiles({ 'key.json': text }), 'key.json'), context);
  expect(context.said(text)).not.toContain(rsaJwk()['d']);
});
