import { usageError } from '../errors/sgid-error.ts';
import { isContainer, isNestedTooDeep, isRecord, parseJson } from '../text/guards.ts';
import type { SgidScope } from './scopes.ts';

/**
 * A claim's value after parsing: text, or the array or object that the text held as JSON.
 *
 * @see `ParsedSgidDataValue` of the official SDK.
 * @example
 * ```ts
 * import type { ParsedSgidDataValue } from 'sgid-cli';
 *
 * const toText = (value: ParsedSgidDataValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
 * ```
 */
export type ParsedSgidDataValue = string | unknown[] | Record<string, unknown>;

/**
 * The claims whose text spells JSON, parsed; `NA` where sgID has none.
 *
 * @see docs.id.gov.sg, "Data catalogue".
 * @example
 * ```ts
 * import type { SgidJsonClaims } from 'sgid-cli';
 *
 * const countVehicles = (vehicles: SgidJsonClaims['myinfo.vehicles']): number =>
 *   vehicles === 'NA' ? 0 : vehicles.length;
 * ```
 */
export interface SgidJsonClaims {
  /** The vehicles that the person owns. */
  'myinfo.vehicles':
    | {
        /** The number of the registration plate. */
        vehicle_number: string;
      }[]
    | 'NA';
  /** One object a child; sgID does not document its members. */
  'myinfo.children_birth_records': Record<string, unknown>[] | 'NA';
  /** One object a child; sgID does not document its members. */
  'myinfo.sponsored_children_records': Record<string, unknown>[] | 'NA';
  /** One object an employment. */
  'pocdex.public_officer_details': SgidPublicOfficer[] | 'NA';
}

/**
 * One employment of a public officer; each value may be `NA`.
 *
 * @see docs.id.gov.sg, "Data catalogue".
 * @example
 * ```ts
 * import type { SgidPublicOfficer } from 'sgid-cli';
 *
 * const describe = ({ employment_title, agency_name }: SgidPublicOfficer): string =>
 *   `${employment_title}, ${agency_name}`;
 * ```
 */
export interface SgidPublicOfficer {
  /** Email address at work. */
  work_email: string;
  /** The agency. */
  agency_name: string;
  /** The department of the agency. */
  department_name: string;
  /** The kind of employment. */
  employment_type: string;
  /** The title of the post. */
  employment_title: string;
}

/** The claims that come for a scope parameter (`'openid myinfo.name'`) or for a union of scope names. */
type ClaimName<Scope extends string> = Scope extends `${infer First} ${infer Rest}`
  ? ClaimName<First> | ClaimName<Rest>
  : Exclude<Scope, 'openid' | ''>;

/**
 * What {@link SgidClient.userinfo} returns for a scope: text for each claim, `NA` where sgID has no value.
 *
 * @typeParam Scope A scope parameter or a union of scope names.
 * @see docs.id.gov.sg, "Data catalogue".
 * @example
 * ```ts
 * import type { SgidData } from 'sgid-cli';
 *
 * const greet = (data: SgidData<'openid myinfo.name'>): string => `Welcome, ${data['myinfo.name']}`;
 * ```
 */
export type SgidData<Scope extends string = string> = Record<ClaimName<Scope>, string>;

/**
 * What {@link SgidClient.parseData} makes of {@link SgidData}.
 *
 * @typeParam Scope A scope parameter or a union of scope names.
 * @see docs.id.gov.sg, "Data catalogue".
 * @example
 * ```ts
 * import type { ParsedSgidData } from 'sgid-cli';
 *
 * const hasVehicle = ({ 'myinfo.vehicles': vehicles }: ParsedSgidData<'openid myinfo.vehicles'>): boolean =>
 *   vehicles !== 'NA' && vehicles.length > 0;
 * ```
 */
export type ParsedSgidData<Scope extends string = string> = {
  [Name in ClaimName<Scope>]: Name extends keyof SgidJsonClaims
    ? SgidJsonClaims[Name]
    : Name extends SgidScope
      ? string
      : ParsedSgidDataValue;
};

/**
 * Parses the values that are a JSON array or object, nested 100 deep at most and without a number that JavaScript would
 * change, and leaves all others as they are.
 *
 * @throws SgidError `ERR_USAGE` when `data` is not an object of strings.
 */
export function parseData(data: unknown): Record<string, ParsedSgidDataValue> {
  if (!isSgidUserinfoObject(data)) {
    throw usageError('data is not an object of strings', 'Pass the data that userinfo returned.');
  }
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, parseValue(value)]));
}

/**
 * Whether this is an object with nothing but strings in it, as the `data` of {@link SgidClient.userinfo} is. Never throws.
 *
 * @see `isSgidUserinfoObject` of the official SDK.
 * @example
 * ```ts
 * import { isSgidUserinfoObject } from 'sgid-cli';
 *
 * isSgidUserinfoObject({ 'myinfo.name': 'TAN MEI LING' }); // true
 * ```
 */
export function isSgidUserinfoObject(data: unknown): data is Record<string, string> {
  return isRecord(data) && Object.values(data).every((value) => typeof value === 'string');
}

/**
 * Whether a text begins and ends with the brackets of a JSON array or object. What is between them may not be JSON. Never
 * throws for text.
 *
 * @see `isStringifiedArrayOrObject` of the official SDK.
 * @example
 * ```ts
 * import { isStringifiedArrayOrObject } from 'sgid-cli';
 *
 * isStringifiedArrayOrObject('[{"vehicle_number":"SGD1234A"}]'); // true
 * ```
 */
export function isStringifiedArrayOrObject(text: string): boolean {
  return (text.startsWith('[') && text.endsWith(']')) || (text.startsWith('{') && text.endsWith('}'));
}

/**
 * Parses JSON of any type; returns the text itself where it is not JSON. Never throws.
 *
 * @see RFC 8259; `safeJsonParse` of the official SDK.
 * @example
 * ```ts
 * import { safeJsonParse } from 'sgid-cli';
 *
 * safeJsonParse('["a"]'); // an array
 * safeJsonParse('TAN MEI LING'); // the text
 * ```
 */
export function safeJsonParse(text: string): ParsedSgidDataValue {
  const json = parseJson(text);
  return (json === undefined ? text : json) as ParsedSgidDataValue;
}

function parseValue(value: string): ParsedSgidDataValue {
  const json = isStringifiedArrayOrObject(value) ? safeJsonParse(value) : value;
  return isContainer(json) && !isNestedTooDeep(json) && !losesNumber(value) ? json : value;
}

/** Whether JSON holds a number that becomes another one: a double has 15 to 17 significant digits, and ends at 1.8e308. */
function losesNumber(json: string): boolean {
  return [...json.matchAll(/"(?:[^"\\]|\\.)*"|(\d[\d.e+-]*)/gi)].some(
    ([, number]) => number !== undefined && digitsOf(number) !== digitsOf(String(Number(number))),
  );
}

/** The significant digits: `150` and `1.50e9` have the same. */
function digitsOf(number: string): string {
  return number
    .replace(/e.*|\D/gi, '')
    .replace(/^0+/, '')
    .replace(/(?<!0)0+$/, '');
}
