import builtIn from './personas.json' with { type: 'json' };

/**
 * A person who can log in to the mock.
 *
 * @see docs/mock.md, "People"; docs.id.gov.sg, "Data catalogue".
 * @example
 * ```ts
 * import { type Persona, startMockSgid } from 'sgid-cli/mock';
 *
 * const me: Persona = { id: 'me', name: 'MY PERSON', data: { 'myinfo.email': 'me@example.com' } };
 * const mock = await startMockSgid({ personas: [me], approve: 'me' });
 * ```
 */
export interface Persona {
  /** Kebab-case, easy to type: it is the value of `--persona` and `login_hint`. */
  readonly id: string;
  /** As the page for choosing a person shows it. */
  readonly name: string;
  /** What makes this person worth testing with, in a few words. */
  readonly description?: string;
  /** Claim values by scope. A missing scope is served as `NA`. */
  readonly data: Readonly<Record<string, string>>;
}

/** The built-in personas, those with ordinary values first. Everybody here is invented. */
export const PERSONAS: readonly Persona[] = builtIn.personas;

/** What sgID sends for a value that it does not have. */
export const NOT_AVAILABLE = 'NA';

/** A persona's value for a scope. Only its own entries count: `constructor` is not a claim. */
export function claimValue({ data }: Persona, scope: string): string {
  return (Object.hasOwn(data, scope) ? data[scope] : undefined) ?? NOT_AVAILABLE;
}

/** The description, with a note for people whose data is not ASCII: the Python SDK of sgID cannot decode it. */
export function describeForTesting({ name, description, data }: Persona): string | undefined {
  if (/^\p{ASCII}*$/u.test([name, ...Object.values(data)].join(''))) return description;
  return description === undefined ? 'not ASCII' : `${description}; not ASCII`;
}
