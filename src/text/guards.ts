export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whether its fields are all that there is to it: not so in a `Headers`, a `Map` or a `Response`. By its tag, because
 * Jest runs tests with an `Object` of their own.
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/**
 * Whether this is a text with something in it. Never throws.
 *
 * @see `isNonEmptyString` of the official SDK.
 * @example
 * ```ts
 * import { isNonEmptyString } from 'sgid-cli';
 *
 * isNonEmptyString(''); // false
 * ```
 */
export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/**
 * The text of a file, without its byte order mark. UTF-8, or UTF-16 where the mark says so: that is what
 * PowerShell's `>` writes.
 */
export function decodeText(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

export function parseJson(text: string): unknown {
  return attempt<unknown>(() => JSON.parse(text));
}

/** For errors that are worded differently from one release to the next, so that only the fact of one counts. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Deeper values overflow the stack of recursive code, `JSON.stringify` included. */
const DEEPEST_NESTING = 100;

export function isContainer(json: unknown): json is unknown[] | Record<string, unknown> {
  return isRecord(json) || Array.isArray(json);
}

/**
 * Whether a parsed JSON value is nested more than 100 deep, too deep to be printed. Goes level by level, so that no
 * depth can overflow the stack here.
 */
export function isNestedTooDeep(json: unknown): boolean {
  let level = [json].filter(isContainer);
  for (let depth = 0; depth < DEEPEST_NESTING && level.length > 0; depth++) {
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return level.length > 0;
}
