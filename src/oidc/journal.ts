import type { HttpExchange } from '../system/http-client.ts';
import type { TokenVerdict } from './verdict.ts';

/** Takes notes of one step while it runs. */
export interface Step {
  /** An HTTP exchange of this step ended, well or not. */
  exchange(exchange: HttpExchange): void;
  /** What was looked at, and what was found. */
  verdicts(verdicts: readonly TokenVerdict[]): void;
}

/** Takes notes of what happens. The library passes none, and nothing is noted. */
export interface Journal {
  /** Runs a step, times it, and knows how it ended. */
  step<Result>(name: string, run: (step?: Step) => Promise<Result>): Promise<Result>;
}
