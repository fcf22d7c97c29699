import { SgidError } from '../protocol/errors.ts';

/**
 * Runs `read` on a value and, when it refuses it, says where the value came from: the error's message then
 * begins with `origin`.
 */
export async function namingOrigin<T>(origin: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SgidError) || error.message.startsWith(`${origin}:`)) throw error;
    throw new SgidError(error.code, `${origin}: ${error.message}`, {
      step: error.step,
      causes: error.causes,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.cause === undefined ? {} : { cause: error.cause }),
    });
  }
}
