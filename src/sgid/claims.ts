import { usageError } from '../errors/sgid-error.ts';
import { isContainer, isNestedTooDeep, isRecord, parseJson } from '../text/guards.ts';

/** A claim's value after parsing: text, or the array or object that the text spelt. */
export type ParsedSgidDataValue = string | unknown[] | Record<string, unknown>;

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
