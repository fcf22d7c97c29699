import type { SgidErrorCode } from '../../errors/sgid-error.ts';

/** One reason for an error. Commands and values in the texts stand between backticks, as in Markdown. */
export interface Cause {
  /** What happened, as a clause without a full stop. */
  readonly cause: string;
  /** How to tell that it is this one. */
  readonly confirm: string;
  /** What to do about it. */
  readonly mend: string;
}

/** The long text for an error code. */
export interface Explanation {
  /** One line, as a clause without a full stop. */
  readonly summary: string;
  /** What failed, what it means, and what was not done because of it. */
  readonly meaning: string;
  /** The likeliest first. */
  readonly causes: readonly [Cause, ...Cause[]];
}

/** The texts for some of the codes. */
export type SomeExplanations = Partial<Readonly<Record<SgidErrorCode, Explanation>>>;
