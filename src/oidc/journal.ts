import type { HttpExchange } from '../system/http-client.ts';
import { requirePass, type Verdict } from './verdict.ts';

/** Takes notes of one step while it runs. */
export interface Step {
  /** An HTTP exchange of this step ended, well or not. */
  exchange(exchange: HttpExchange): void;
  /** What was looked at, and what was found. */
  verdicts(verdicts: readonly Verdict[]): void;
}

/** Takes notes of what happens. The library passes none, and nothing is noted. */
export interface Journal {
  /** Runs a step, times it, and knows how it ended. */
  step<Result>(name: string, run: (step?: Step) => Promise<Result>): Promise<Result>;
}

/** What every call of a provider takes beside its own arguments. */
export interface CallOptions {
  readonly journal?: Journal | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a step, with a journal or without. */
export function runStep<Result>(
  journal: Journal | undefined,
  name: string,
  run: (step?: Step) => Promise<Result>,
): Promise<Result> {
  return journal === undefined ? run() : journal.step(name, run);
}

/**
 * Notes what was found, and throws the error of the first check that failed.
 *
 * @throws SgidError
 */
export function noteVerdicts(step: Step | undefined, verdicts: readonly Verdict[]): void {
  step?.verdicts(verdicts);
  requirePass(verdicts);
}
