import type { SgidStep } from '../errors/sgid-error.ts';
import { findFailure, type Verdict } from './verdict.ts';

/** The steps of a login, the documents of a provider, and what comes after a result. */
export type StepName =
  | Exclude<SgidStep, 'usage' | 'config' | 'output' | 'program'>
  | 'discovery'
  | 'jwks'
  | 'expect';

export interface HttpExchange {
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  readonly failure?: string;
  readonly milliseconds: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
}

export interface Step {
  exchange(exchange: HttpExchange): void;
  verdicts(verdicts: readonly Verdict[]): void;
}

/** Records what happens. The library passes none. */
export interface Journal {
  step<Result>(name: StepName, run: (step?: Step) => Promise<Result>): Promise<Result>;
}

export interface CallOptions {
  readonly journal?: Journal | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function runStep<Result>(
  journal: Journal | undefined,
  name: StepName,
  run: (step?: Step) => Promise<Result>,
): Promise<Result> {
  return journal === undefined ? run() : journal.step(name, run);
}

/**
 * Requires that every check passed, and records the verdicts.
 *
 * @throws SgidError of the first that failed.
 */
export function requirePassed(step: Step | undefined, verdicts: readonly Verdict[]): void {
  step?.verdicts(verdicts);
  const failure = findFailure(verdicts);
  if (failure !== undefined) throw failure;
}
