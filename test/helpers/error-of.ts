import { SgidError } from '../../src/errors/sgid-error.ts';

/** The SgidError that an action throws or rejects with; anything else fails the test. */
export async function errorOf(action: () => unknown): Promise<SgidError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof SgidError) return error;
    throw error;
  }
  throw new Error('expected an SgidError, but nothing was thrown');
}

/** Everything that an error says, its causes and the provider's reply included. */
export function wordsOf(error: SgidError): string {
  const { message, hint, causes, reply, cause, stack } = error;
  return JSON.stringify({ message, hint, causes, reply, cause: String(cause), stack });
}
