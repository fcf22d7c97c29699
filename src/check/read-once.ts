import type { SettingsSources } from '../config/settings.ts';
import { type SgidError, usageError } from '../protocol/errors.ts';

/**
 * The same places, of which each file is read once and kept: the values are looked for one by one, a file may be a
 * pipe that gives its content only once, and all of them are to be looked for in the same content.
 */
export function readEachOnce({
  files,
  readStdin,
}: Pick<SettingsSources, 'files' | 'readStdin'>): Pick<SettingsSources, 'files' | 'readStdin'> {
  const contents = new Map<string, ReturnType<typeof files.readSecretFile>>();
  let stdinIsRead = false;
  return {
    files: {
      readSecretFile(path, only) {
        const key = `${only} ${path}`;
        const content = contents.get(key) ?? files.readSecretFile(path, only);
        contents.set(key, content);
        return content;
      },
    },
    async readStdin() {
      if (stdinIsRead) throw readTwice();
      stdinIsRead = true;
      return readStdin();
    },
  };
}

function readTwice(): SgidError {
  return usageError(
    'two values cannot both be read from standard input',
    'Give one of them the path of a file.',
  );
}
