import { REDACTED } from '../protocol/redact.ts';

/**
 * The parameters whose values a developer needs to see to find a mistake, and which give access to nothing. All
 * others are told by their names alone, whatever they are.
 */
const PLAIN_PARAMETERS: ReadonlySet<string> = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'code_challenge_method',
  'iss',
]);

/** A URL without the values of its parameters, but for those that are no secret; without user, password and fragment. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return REDACTED;
  const { origin, pathname, searchParams } = new URL(url);
  const pairs = [...searchParams].map(
    ([name, value]) =>
      `${encodeURIComponent(name)}=${PLAIN_PARAMETERS.has(name) ? encodeURIComponent(value) : REDACTED}`,
  );
  return `${origin}${pathname}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}
