import { usageError } from '../errors/sgid-error.ts';
import { isContainer, isNestedTooDeep, isRecord, parseJson } from '../text/guards.ts';
import type { SgidScope } from './scopes.ts';

/** A claim's value after parsing: text, or the array or object that the text held as JSON. */
export type ParsedSgidDataValue = string | unknown[] | Record<string, unknown>;

/** The claims whose text spells JSON, parsed; `NA` where sgID has none. Source: docs.id.gov.sg, "Data catalogue". */
export interface SgidJsonClaims {
  'myinfo.vehicles': { vehicle_number: string }[] | 'NA';
  'myinfo.children_birth_records': Record<string, unknown>[] | 'NA';
  'myinfo.sponsored_children_records': Record<string, unknown>[] | 'NA';
  'pocdex.public_officer_details': SgidPublicOfficer[] | 'NA';
}

/** One employment of a public officer; each value may be `NA`. */
export interface SgidPublicOfficer {
  work_email: string;
  agency_name: string;
  department_name: string;
  employment_type: string;
  employment_title: string;
}

/** The claims that come for a scope parameter (`'openid myinfo.name'`) or for a union of scope names. */
type ClaimName<Scope extends string> = Scope extends `${infer First} ${infer Rest}`
  ? ClaimName<First> | ClaimName<Rest>
  : Exclude<Scope, 'openid' | ''>;

/** What `userinfo` returns for a scope: text for each claim, `NA` where sgID has no value. */
export type SgidData<Scope extends string = string> = Record<ClaimName<Scope>, string>;

/** What `parseData` makes of {@link SgidData}. */
export type ParsedSgidData<Scope extends string = string> = {
  [Name in ClaimName<Scope>]: Name extends keyof SgidJsonClaims
    ? SgidJsonClaims[Name]
    : Name extends SgidScope
      ? string
      : ParsedSgidDataValue;
};

/**
 * Parses the values that are a JSON array or object, nested 100 deep at most, and leaves all others as they are.
 *
 * @throws SgidError `ERR_USAGE` when `data` is not an object of strings.
 */
export function parseData(data: unknown): Record<string, ParsedSgidDataValue> {
  if (!isSgidUserinfoObject(data)) {
    throw usageError('data is not an object of strings', 'Pass the data that userinfo returned.');
  }
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, parseValue(value)]));
}

/** Whether this is an object with nothing but strings in it, as the `data` of `userinfo` is. */
export function isSgidUserinfoObject(data: unknown): data is Record<string, string> {
  return isRecord(data) && Object.values(data).every((value) => typeof value === 'string');
}

/** Whether a text begins and ends with the brackets of a JSON array or object. What is between them may be no JSON. */
export function isStringifiedArrayOrObject(text: string): boolean {
  return (text.startsWith('[') && text.endsWith(']')) || (text.startsWith('{') && text.endsWith('}'));
}

/** Parses JSON of any type; returns the text itself where it is no JSON. Never throws. */
export function safeJsonParse(text: string): ParsedSgidDataValue {
  const json = parseJson(text);
  return (json === undefined ? text : json) as ParsedSgidDataValue;
}

function parseValue(value: string): ParsedSgidDataValue {
  const json = isStringifiedArrayOrObject(value) ? safeJsonParse(value) : value;
  return isContainer(json) && !isNestedTooDeep(json) ? json : value;
}
