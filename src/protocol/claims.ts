import { usageError } from './errors.ts';
import { isRecord, parseJson } from './guards.ts';

/** A claim's value after parsing: text, or the array or object that the text spelt. */
export type ParsedSgidDataValue = string | unknown[] | Record<string, unknown>;

/** Deeper values would overflow the stack of whoever walks through them, `JSON.stringify` included. */
const DEEPEST_NESTING = 100;

/**
 * Parses the values that spell a JSON array or object, nested 100 deep at most, and leaves all others as they are.
 *
 * @throws SgidError `ERR_USAGE` when `data` is not an object of strings.
 */
export function parseData(data: unknown): Record<string, ParsedSgidDataValue> {
  if (!isTextRecord(data)) {
    throw usageError('data is not an object of strings', 'Pass the data that userinfo returned.');
  }
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, parseValue(value)]));
}

function isTextRecord(data: unknown): data is Record<string, string> {
  return isRecord(data) && Object.values(data).every((value) => typeof value === 'string');
}

function parseValue(value: string): ParsedSgidDataValue {
  const json = parseJson(value);
  return isContainer(json) && !isNestedTooDeep(json) ? json : value;
}

function isContainer(json: unknown): json is unknown[] | Record<string, unknown> {
  return isRecord(json) || Array.isArray(json);
}

/**
 * Whether a parsed JSON value is nested more than 100 deep, too deep to be printed. Goes level by level, so that no
 * depth can overflow the stack here.
 */
export function isNestedTooDeep(json: unknown): boolean {
  let level = [json].filter(isContainer);
  for (let depth = 0; depth < DEEPEST_NESTING; depth++) {
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return level.length > 0;
}
