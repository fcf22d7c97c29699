/** What turns up while values are looked for: words for people, and literals that no output may hold. */
export interface Findings {
  /** Warnings. */
  readonly notices: Set<string>;
  /** What only somebody who asks for details wants to know. */
  readonly details: Set<string>;
  readonly secrets: Set<string>;
}

/** Findings with nothing in them yet. */
export function createFindings(): Findings {
  return { notices: new Set(), details: new Set(), secrets: new Set() };
}
