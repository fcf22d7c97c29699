import { join } from 'node:path';
import { type SgidError, usageError } from '../errors/sgid-error.ts';
import { identifyFile, identifyReplaced } from '../system/file-identity.ts';
import type { Platform } from '../system/platform.ts';
import { toPrintable } from '../text/printable.ts';

/**
 * The platform of one run, on which no output takes the place of a file that was read: it may be the only copy of a key,
 * whichever variable, `.env` or profile named it. That is refused when the output is opened, else before the first
 * request, and at the latest when it is written. What a command reads in order to replace it is its own to keep.
 */
export function guardInputs(platform: Platform): Platform {
  const { files, configFolder } = platform;
  // 0 is standard input, which may be a file.
  const inputs = new Set<string | number>([0]);
  const outputs = new Set<string>();
  const checkedByCommand = new Set<string>();
  // Thrown again as the same error: no other output is written, and it is reported once.
  let refusal: SgidError | undefined;
  const requireSeparate = (): void => {
    const read = new Set([...inputs].map(identifyFile));
    const path = [...outputs].find((output) => {
      const replaced = identifyReplaced(output);
      return replaced !== undefined && read.has(replaced);
    });
    if (path !== undefined) refusal ??= refuse(path);
    if (refusal !== undefined) throw refusal;
  };
  return {
    ...platform,
    files: {
      ...files,
      readSecretFile: async (path, only) => {
        const file = await files.readSecretFile(path, only);
        inputs.add(path);
        return file;
      },
      readReplaced: async (path) => {
        const bytes = await files.readReplaced(path);
        checkedByCommand.add(path);
        return bytes;
      },
      prepareOutput: async (path, ...options) => {
        if (checkedByCommand.has(path)) return files.prepareOutput(path, ...options);
        outputs.add(path);
        requireSeparate();
        const output = await files.prepareOutput(path, ...options);
        const commit: typeof output.commit = async (content) => {
          requireSeparate();
          await output.commit(content);
        };
        return { ...output, commit };
      },
    },
    configFolder: configFolder && {
      ...configFolder,
      read: async (name) => {
        const file = await configFolder.read(name);
        inputs.add(join(configFolder.path, name));
        return file;
      },
    },
    createHttpClient: (...options) => {
      requireSeparate();
      return platform.createHttpClient(...options);
    },
  };
}

function refuse(path: string): SgidError {
  return usageError(
    `${toPrintable(path)} is an input of this command, and is not overwritten`,
    'Name another file for the output.',
  );
}
