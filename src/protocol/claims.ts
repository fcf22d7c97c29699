import { SgidError } from './errors.ts';
import { isRecord, parseJson } from './guards.ts';

/** A claim's value after parsing: text, or the array or object that the text spelt. */
export type ParsedSgidDataValue = string | unknown[] | Record<string, unknown>;

/**
 * Parses the values that spell a JSON array or object and leaves all others as they are.
 *
 * @throws SgidError `ERR_USAGE` when `data` is not an object of strings.
 */
export function parseData(data: unknown): Record<string, ParsedSgidDataValue> {
  if (!isTextRecord(data)) {
    throw new SgidError('ERR_USAGE', 'data is not an object of strings', {
      step: 'usage',
      hint: 'Pass the data that userinfo returned.',
    });
  }
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, parseValue(value)]));
}

function isTextRecord(data: unknown): data is Record<string, string> {
  return isRecord(data) && Object.values(data).every((value) => typeof value === 'string');
}

function parseValue(value: string): ParsedSgidDataValue {
  const json = parseJson(value);
  return isRecord(json) || Array.isArray(json) ? json : value;
}
