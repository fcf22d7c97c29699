import type { SgidError } from '../errors/sgid-error.ts';
import { type ExpectedCallback, type ValidatedCallback, validateCallback } from '../oidc/callback.ts';
import { generateState } from '../oidc/pkce.ts';
import type { Step } from '../trace/journal.ts';

/** A callback that counts for nothing: it is not of this login, or that was settled before. */
export type RefusedCallback =
  | { readonly kind: 'rejected'; readonly error: SgidError }
  | { readonly kind: 'settled' };

/** Takes callbacks from wherever they come, and lets the first that belongs to the login decide. */
export class CallbackInbox {
  readonly #callback: Promise<ValidatedCallback>;
  #resolve!: (callback: ValidatedCallback) => void;
  /** Ends the wait, unless the callback is there. */
  fail!: (error: unknown) => void;
  /** Until the login has a state of its own, one that nobody knows. */
  #expected: ExpectedCallback = { state: generateState(), issuer: '' };
  #step: Step | undefined;
  #isSettled = false;

  constructor() {
    this.#callback = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.fail = reject;
    });
    this.#callback.catch(() => {});
  }

  /** Resolves with the callback of this login; others are reported to the step. */
  open(expected: ExpectedCallback, step: Step): Promise<ValidatedCallback> {
    this.#expected = expected;
    this.#step = step;
    return this.#callback;
  }

  /** Gives `undefined` for the callback of this login, of which the outcome is still open. */
  readonly receive = (parameters: URLSearchParams): RefusedCallback | undefined => {
    if (this.#isSettled) return { kind: 'settled' };
    const callback = validateCallback(parameters, this.#expected);
    if (!callback.isExpected) {
      this.#step?.unexpected(callback.error);
      return { kind: 'rejected', error: callback.error };
    }
    this.#isSettled = true;
    this.#resolve(callback);
    return undefined;
  };
}
