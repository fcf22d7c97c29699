import type { Transport } from '../protocol/exchange.ts';
import type { Subject } from './subject.ts';

/** What checks look at and work with. */
export interface CheckContext {
  readonly subject: Subject;
  /** Absent with `--offline`. */
  readonly transport: Transport | undefined;
  readonly probePort: ProbePort;
  /** The `key` JWE of an earlier userinfo reply. */
  readonly canary: string | undefined;
  readonly signal: AbortSignal;
}

/** Tries whether the callback listener of a redirect URI could start. */
export type ProbePort = (redirectUri: string) => Promise<PortReading>;

/** What came of it. */
export type PortReading =
  | { readonly kind: 'free'; readonly addresses: readonly string[]; readonly port: number }
  | { readonly kind: 'taken'; readonly reason: string; readonly hint: string }
  /** The redirect URI does not lead to this machine. */
  | { readonly kind: 'elsewhere'; readonly hint: string };
