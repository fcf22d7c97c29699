import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/commands/context.ts';
import { loadKeyFile, obtainNewPassphrase, unlockKeyFile } from '../../../src/commands/key-input.ts';
import { openTransport, prepareProxy } from '../../../src/commands/transport.ts';
import { createDiagnostics } from '../../../src/output/diagnostics.ts';
import { Journal } from '../../../src/trace/journal.ts';
import { createFakePlatform } from '../../helpers/fake-platform.ts';
import { startRawServer } from '../../helpers/raw-server.ts';
import { writeKeyFiles } from '../../helpers/run-key.ts';
import { keyText, rsaJwk } from '../keys/key-fixtures.ts';

const SECRET = 'a CANARY passphrase';
const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: SECRET } as const;
const FILES = {
  'key.pem': createPrivateKey(keyText('rsa-2048.pkcs8.pem')).export(cipher),
  'key.json': JSON.stringify(rsaJwk()),
  passphrase: `${SECRET}\n`,
};

/** A context on a terminal, and what it says when it is made to say something. */
function createContext(env = {}): CommandContext & { said(text: string): string } {
  const terminal = { stdinIsTerminal: true, stderrIsTerminal: true, askSecret: async () => SECRET };
  const { platform, written } = createFakePlatform({ env, terminal });
  const write = platform.terminal.writeError;
  const diagnostics = createDiagnostics({ write, verbosity: 'verbose', colour: false });
  const said = (text: string): string => {
    diagnostics.info(text);
    return written.stderr;
  };
  const context = {
    platform,
    diagnostics,
    journal: new Journal(0),
    commandLine: undefined,
    endWith: () => {},
  };
  return { ...context, said };
}

describe('nothing that is said later holds', () => {
  it.each([
    ['of a file', 'passphrase', {}],
    ['of the environment', undefined, { SGID_PRIVATE_KEY_PASSPHRASE: SECRET }],
    ['that was typed', undefined, {}],
  ])('a passphrase %s', async (_name, passphraseFile, env) => {
    const folder = await writeKeyFiles(FILES);
    const context = createContext(env);
    const path = passphraseFile && join(folder, passphraseFile);
    await unlockKeyFile(await loadKeyFile(join(folder, 'key.pem'), context), path, context);
    expect(context.said(`it is ${SECRET}.`)).toBe('it is [redacted].\n');
  });

  it.each([
    ['from a file', 'passphrase'],
    ['typed', undefined],
  ])('a new passphrase, %s', async (_name, file) => {
    const context = createContext();
    const path = file && join(await writeKeyFiles(FILES), file);
    expect(await obtainNewPassphrase(path, context)).toBe(SECRET);
    expect(context.said(`it is ${SECRET}.`)).toBe('it is [redacted].\n');
  });

  it('the body of a key', async () => {
    const context = createContext();
    await loadKeyFile(join(await writeKeyFiles(FILES), 'key.json'), context);
    expect(context.said(FILES['key.json'])).not.toContain(rsaJwk()['d']);
  });

  it('the password of a proxy, in whatever spelling', () => {
    const url = 'http://me:canary%20password@proxy.test:3128';
    const context = createContext({ HTTPS_PROXY: url });
    prepareProxy('https://provider.test', context);
    const basic = Buffer.from('me:canary password').toString('base64');
    const said = context.said(`${url} canary password me:canary+password ${basic}`);
    expect(said).toContain('requests go through the proxy proxy.test:3128 (HTTPS_PROXY)\n');
    expect(said).not.toMatch(new RegExp(`canary|${basic}`));
  });
});

it('an answer that is larger than a mebibyte is cut off', async () => {
  const server = await startRawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.end('x'.repeat(1024 * 1024 + 1));
  });
  const { fetch } = openTransport(createContext(), 10_000);
  const request = fetch(server.url, { method: 'GET', headers: {}, redirect: 'manual' });
  await expect(request).rejects.toMatchObject({ code: 'ERR_RESPONSE_TOO_LARGE' });
});
