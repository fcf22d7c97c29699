import { SgidError } from '../errors/sgid-error.ts';
import { quoteValue } from '../text/printable.ts';

/** The scope that every authorization request must hold (OpenID Connect Core, section 3.1.2.1). */
export const OPENID_SCOPE = 'openid';

/** The scope asked for when none is named: what every client may have. */
export const DEFAULT_SCOPE = 'openid myinfo.name';

export interface ScopeEntry {
  readonly name: string;
  /** What the claim holds and in which format. */
  readonly description: string;
}

const CATALOGUE = [
  { name: OPENID_SCOPE, description: 'the pairwise user identifier alone; gives no data entry' },
  { name: 'myinfo.name', description: 'full name' },
  { name: 'myinfo.nric_number', description: 'NRIC or FIN' },
  { name: 'myinfo.email', description: 'email address' },
  { name: 'myinfo.sex', description: 'sex' },
  { name: 'myinfo.race', description: 'race' },
  { name: 'myinfo.date_of_birth', description: 'YYYY-MM-DD; YYYY-MM or YYYY where the rest is unknown' },
  { name: 'myinfo.mobile_number', description: 'mobile number, 8 digits' },
  { name: 'myinfo.mobile_number_with_country_code', description: 'mobile number with its country code' },
  { name: 'myinfo.registered_address', description: 'registered address, several lines' },
  { name: 'myinfo.passport_number', description: 'passport number' },
  { name: 'myinfo.passport_expiry_date', description: 'passport expiry date, YYYY-MM-DD' },
  { name: 'myinfo.nationality', description: 'nationality' },
  { name: 'myinfo.residentialstatus', description: 'residential status' },
  { name: 'myinfo.residential', description: 'residential status, short form' },
  { name: 'myinfo.housingtype', description: 'housing type' },
  { name: 'myinfo.hdbtype', description: 'HDB flat type' },
  { name: 'myinfo.birth_country', description: 'country of birth' },
  { name: 'myinfo.vehicles', description: 'JSON array of {"vehicle_number"}' },
  { name: 'myinfo.name_of_employer', description: "employer's name" },
  { name: 'myinfo.workpass_status', description: 'work pass status' },
  { name: 'myinfo.workpass_expiry_date', description: 'work pass expiry date, YYYY-MM-DD' },
  { name: 'myinfo.marital_status', description: 'marital status' },
  { name: 'myinfo.dialect', description: 'dialect' },
  { name: 'myinfo.occupation', description: 'occupation' },
  { name: 'myinfo.country_of_marriage', description: 'country of marriage' },
  { name: 'myinfo.marriage_certificate_number', description: 'marriage certificate number' },
  { name: 'myinfo.marriage_date', description: 'date of marriage, YYYY-MM-DD' },
  { name: 'myinfo.divorce_date', description: 'date of divorce, YYYY-MM-DD' },
  { name: 'myinfo.children_birth_records', description: 'JSON array of birth records' },
  { name: 'myinfo.sponsored_children_records', description: 'JSON array of sponsored children' },
  { name: 'pocdex.public_officer_details', description: 'JSON array, one object an employment' },
  { name: 'pocdex.number_of_employments', description: 'number of public service employments' },
  { name: 'ogpofficerinfo.work_email', description: 'work email of an officer of Open Government Products' },
] as const satisfies readonly ScopeEntry[];

/** The scopes of sgID. Source: docs.id.gov.sg, "Data catalogue"; opengovsg/mockpass. */
export const SCOPES: readonly ScopeEntry[] = CATALOGUE;

/**
 * The name of a scope in the catalogue of sgID. `sgid scopes` prints them with the formats of their values.
 *
 * @see docs.id.gov.sg, "Data catalogue".
 * @example
 * ```ts
 * import type { SgidScope } from 'sgid-cli';
 *
 * const SCOPES = ['openid', 'myinfo.name'] as const satisfies readonly SgidScope[];
 * const { data } = await client.userinfo<(typeof SCOPES)[number]>({ sub, accessToken });
 * ```
 * @useDeclaredType
 */
export type SgidScope = (typeof CATALOGUE)[number]['name'];

export const SCOPE_NAMES: readonly string[] = CATALOGUE.map(({ name }) => name);

/** The scopes that the catalogue does not know: worth a warning, since the provider may know more. */
export function findUnknownScopes(scopes: readonly string[]): readonly string[] {
  return scopes.filter((name) => !SCOPE_NAMES.includes(name));
}

/**
 * Parses a scope parameter: names separated by white space (RFC 6749 section 3.3).
 *
 * @throws SgidError `ERR_SCOPE` when `openid` is missing, commas separate the names, or a name holds a
 *   character that RFC 6749 forbids.
 */
export function parseScope(scope: string): readonly string[] {
  if (scope.length > LONGEST_SCOPE) {
    throw new SgidError('ERR_SCOPE', `the scope is longer than ${LONGEST_SCOPE} characters`, {
      hint: `Check that it is a scope, for example "${DEFAULT_SCOPE}": all sgID scopes together take a quarter of that length.`,
    });
  }
  const scopes = [...new Set(scope.split(/\s/).filter((name) => name !== ''))];
  const malformed = scopes.find((name) => !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(name));
  if (malformed !== undefined) {
    throw new SgidError('ERR_SCOPE', `the scope name ${quoteValue(malformed)} holds a forbidden character`, {
      hint: `Separate scope names with spaces, for example "${DEFAULT_SCOPE}".`,
    });
  }
  // RFC 6749 allows a comma within a name; no name of sgID has one.
  if (scope.includes(',')) {
    throw new SgidError('ERR_SCOPE', 'the scope holds commas; spaces separate its names', {
      hint: useScope(scope.split(/[\s,]/).filter((name) => name !== '')),
    });
  }
  if (!scopes.includes(OPENID_SCOPE)) {
    throw new SgidError('ERR_SCOPE', 'the scope does not hold "openid", which every sgID login needs', {
      hint: useScope(scopes),
    });
  }
  return scopes;
}

const LONGEST_SCOPE = 4_096;

function useScope(names: readonly string[]): string {
  const scopes = names.includes(OPENID_SCOPE) ? names : [OPENID_SCOPE, ...names];
  return `Use the scope "${[...new Set(scopes)].join(' ')}" (--scope).`;
}
