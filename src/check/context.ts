import type { Transport } from '../protocol/exchange.ts';
import type { Reading } from './reading.ts';
import type { Subject } from './subject.ts';

/** What checks look at and work with. */
export interface CheckContext {
  readonly subject: Subject;
  /** Absent with `--offline`. */
  readonly transport: Transport | undefined;
  readonly probePort: ProbePort;
  /** The `key` JWE of an earlier userinfo reply, where one was given. */
  readonly canary: Reading<string> | undefined;
  readonly signal: AbortSignal;
}

/** Tries whether the callback listener of a redirect URI could start. */
export type ProbePort = (redirectUri: string) => Promise<PortReading>;

/** What came of it. */
export type PortReading =
  | { readonly kind: 'free'; readonly addresses: readonly string[]; readonly port: number }
  | { readonly kind: 'taken'; readonly reason: string; readonly hint: string }
  /** This machine does not listen for such a redirect URI. */
  | { readonly kind: 'elsewhere'; readonly reason: string; readonly hint: string };
