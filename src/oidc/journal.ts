import type { HttpExchange } from '../system/http-client.ts';
import { findFailure, type Verdict } from './verdict.ts';

export interface Step {
  exchange(exchange: HttpExchange): void;
  verdicts(verdicts: readonly Verdict[]): void;
}

/** Takes notes of what happens. The library passes none, and nothing is noted. */
export interface Journal {
  step<Result>(name: string, run: (step?: Step) => Promise<Result>): Promise<Result>;
}

export interface CallOptions {
  readonly journal?: Journal | undefined;
  readonly signal?: AbortSignal | undefined;
}

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
  const failure = findFailure(verdicts);
  if (failure !== undefined) throw failure;
}
