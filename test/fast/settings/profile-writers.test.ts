import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProfileStore } from '../../../src/settings/profile-store.ts';
import { openPrivateFolder } from '../../../src/system/private-folder.ts';
import { bundleProgram } from '../../helpers/bundle-program.ts';
import { makeTemporaryFolder } from '../../helpers/temporary-folder.ts';

const WRITERS = 6;
const PROFILES_EACH = 8;

/** A program that saves profiles of its own and one that all want, and makes each the current one. */
const PROGRAM = `
import { createProfileStore } from './src/settings/profile-store.ts';
import { openPrivateFolder } from './src/system/private-folder.ts';
const [folder, writer] = process.argv.slice(2);
const store = createProfileStore(openPrivateFolder(folder));
process.stdout.write('ready');
process.stdin.once('data', async () => {
  let first = 'lost';
  for (let index = 0; index < ${PROFILES_EACH}; index += 1) {
    const name = 'writer-' + writer + '-' + index;
    await store.save(name, { clientId: name });
    await store.save('shared', { clientId: name, scope: 'openid '.repeat(5000) }, { replace: true });
    await store.use(name);
    if (index > 0) await store.remove('writer-' + writer + '-' + (index - 1));
    await store.save('contested', { clientId: 'writer-' + writer }).then(() => { first = 'won'; }, () => {});
  }
  process.stdout.write(first);
  process.exit(0);
});
`;

it('several programs at once lose nothing, leave nothing half written, and let one win', async () => {
  const folder = join(await makeTemporaryFolder(), 'sgid');
  const program = join(await makeTemporaryFolder(), 'writer.mjs');
  await bundleProgram(program, PROGRAM);
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    spawn(process.execPath, [program, folder, String(writer)], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  await Promise.all(writers.map((writer) => once(writer.stdout, 'data')));
  const outcomes = writers.map(async (writer) => {
    let said = '';
    writer.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [status] = await once(writer, 'close');
    return `${said} ${status}`;
  });
  for (const writer of writers) writer.stdin.write('go');

  const ended = await Promise.all(outcomes);
  expect(ended.filter((outcome) => outcome === 'won 0')).toHaveLength(1);
  expect(ended.filter((outcome) => outcome === 'lost 0')).toHaveLength(WRITERS - 1);
  const store = createProfileStore(openPrivateFolder(folder));
  const last = writers.map((_, writer) => `writer-${writer}-${PROFILES_EACH - 1}`);
  expect(await store.list()).toEqual(['contested', 'shared', ...last].sort());
  expect((await readdir(join(folder, 'profiles'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  for (const name of last) expect((await store.load(name)).profile).toEqual({ clientId: name });
  const { profile: shared } = await store.load('shared');
  expect(last).toContain(shared.clientId);
  expect(shared.scope).toBe('openid '.repeat(5000));
});
