import { expect, it } from 'vitest';
import { createKeyring } from '../../../src/system/keyring.ts';

/** A library that keeps secrets in memory and notes how entries are opened. */
function fakeLibrary() {
  const kept = new Map<string, Uint8Array>();
  const opened: unknown[][] = [];
  class AsyncEntry {
    readonly #name: string;
    constructor(...args: unknown[]) {
      opened.push(args);
      this.#name = `${args[0]}/${args[1]}`;
    }
    getSecret = async (): Promise<number[] | null> => {
      const secret = kept.get(this.#name);
      return secret ? [...secret] : null;
    };
    setSecret = async (secret: Uint8Array): Promise<void> => void kept.set(this.#name, secret);
    deleteCredential = async (): Promise<boolean> => kept.delete(this.#name);
  }
  return { opened, library: { AsyncEntry } as never };
}

it('a keyring gives back what it was given, and says whether there was one', async () => {
  const { library, opened } = fakeLibrary();
  const keyring = createKeyring(async () => library);
  expect(await keyring.read('staging/clientSecret')).toBeUndefined();
  // Under its own name, and never where the next start of the machine forgets it.
  expect(opened).toEqual([['sgid', 'staging/clientSecret', { linux: { store: 'secret-service' } }]]);
  await keyring.write('staging/clientSecret', ' tëst-密\n');
  expect(await keyring.read('staging/clientSecret')).toBe(' tëst-密\n');
  expect(await keyring.read('staging/privateKey')).toBeUndefined();
  expect(await keyring.remove('staging/clientSecret')).toBe(true);
  expect(await keyring.remove('staging/clientSecret')).toBe(false);
});

it.each([
  ['ERR_MODULE_NOT_FOUND', 'Cannot find package', 'the package @napi-rs/keyring is not installed'],
  ['MODULE_NOT_FOUND', 'Cannot find module', 'the package @napi-rs/keyring is not installed'],
  ['GenericFailure', 'no bus', 'no bus'],
])('a keyring that is missing is an error: %s', async (code, words, message) => {
  const keyring = createKeyring(() => Promise.reject(Object.assign(new Error(words), { code })));
  for (const attempt of [keyring.read('a/b'), keyring.write('a/b', 'x'), keyring.remove('a/b')])
    await expect(attempt).rejects.toMatchObject({ code: 'ENOKEYRING', message });
});

it('a keyring that refuses says so itself', async () => {
  class AsyncEntry {
    getSecret = (): Promise<never> => Promise.reject(new Error('locked'));
  }
  const keyring = createKeyring(async () => ({ AsyncEntry }) as never);
  await expect(keyring.read('a/b')).rejects.toThrow('locked');
  await expect(keyring.read('a/b')).rejects.not.toHaveProperty('code');
});
