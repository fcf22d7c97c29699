import type { SgidError } from '../errors/sgid-error.ts';
import type {
  HttpExchange,
  Journal as ProtocolJournal,
  Step as ProtocolStep,
  StepName,
} from '../oidc/journal.ts';
import type { Verdict } from '../oidc/verdict.ts';
import { readStopwatch } from '../system/clock.ts';

/** Records one step: what the protocol reports, and what a login shows while it runs. */
export interface Step extends ProtocolStep {
  /** The URL that this step made, for the person to open. */
  url(url: string): void;
  /** From here on the step waits for a person, at this URL. */
  waits(url: string): void;
  /** Something failed that does not end the step; no trace has the reason. */
  warn(about: Trouble, reason: string): void;
  /** A callback came that is not the one of this login. */
  unexpected(error: SgidError): void;
}

/** What may fail while a login waits: the browser, the fetch of the keys, a request that is not a callback. */
export type Trouble = 'browser' | 'provider' | 'request';

/** What an exchange outside any step was for. */
export type ExchangeName = StepName | 'browser';

export type TimedExchange = HttpExchange & { readonly endMs: number };

/** What the journal has of a step. Times are in milliseconds since the journal was begun. */
export interface Entry {
  readonly name: StepName;
  readonly startMs: number;
  endMs?: number;
  url?: string;
  isWait?: boolean;
  readonly exchanges: TimedExchange[];
  readonly verdicts: Verdict[];
  error?: unknown;
}

export interface JournalReader {
  /** The URL of the authorization request, which a person visits. */
  url?(url: string): void;
  /** The redirect URI at which the login waits. */
  waits?(url: string): void;
  exchanged?(exchange: HttpExchange): void;
  warned?(about: Trouble, reason: string): void;
  unexpected?(error: SgidError): void;
  ended?(entry: Entry): void;
}

/** More unexpected callbacks are counted, not kept: every web page can send them. */
const MOST_UNEXPECTED = 50;

/**
 * The one record of what a command does. It is not redacted, because a value may turn out to be a secret later: what
 * writes it out redacts it.
 */
export class Journal implements ProtocolJournal {
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly entries: Entry[] = [];
  readonly exchanges: (readonly [name: ExchangeName, exchange: TimedExchange])[] = [];
  readonly unexpected: { readonly atMs: number; readonly error: SgidError }[] = [];
  unexpectedCount = 0;
  readonly #now: () => number;
  readonly #startedMs: number;
  readonly #readers: JournalReader[] = [];
  readonly #noted = new Set<unknown>();

  /** @param now Milliseconds of a monotonic clock. */
  constructor(startedAt: number, now: () => number = readStopwatch) {
    this.startedAt = startedAt;
    this.#now = now;
    this.#startedMs = now();
  }

  /** Milliseconds since the journal was begun. */
  elapsed(): number {
    return this.#now() - this.#startedMs;
  }

  follow(reader: JournalReader): void {
    this.#readers.push(reader);
  }

  async step<Result>(name: StepName, run: (step: Step) => Promise<Result>): Promise<Result> {
    const entry = this.#begin(name);
    try {
      return await run(this.#stepOf(entry));
    } catch (error) {
      if (!this.#noted.has(error)) entry.error = error;
      this.#noted.add(error);
      throw error;
    } finally {
      entry.endMs = this.elapsed();
      this.#report((reader) => reader.ended?.(entry));
    }
  }

  /** A step of which only the exchanges are kept: that of a check, which runs beside others, or of a persona's browser. */
  exchangesOnly(name: ExchangeName): ProtocolStep {
    return {
      exchange: (exchange) => void this.exchanges.push([name, this.#exchange(exchange)]),
      verdicts: () => {},
    };
  }

  /** Notes a check of `sgid check` that ended just now. */
  checked(verdict: Verdict, durationMs: number): void {
    const entry = this.#begin('check', this.elapsed() - durationMs);
    entry.verdicts.push(verdict);
    entry.endMs = this.elapsed();
  }

  #begin(name: StepName, startMs: number = this.elapsed()): Entry {
    const entry: Entry = { name, startMs, exchanges: [], verdicts: [] };
    this.entries.push(entry);
    return entry;
  }

  #exchange(exchange: HttpExchange): TimedExchange {
    this.#report((reader) => reader.exchanged?.(exchange));
    return { ...exchange, endMs: this.elapsed() };
  }

  #stepOf(entry: Entry): Step {
    const report = this.#report.bind(this);
    return {
      exchange: (exchange) => void entry.exchanges.push(this.#exchange(exchange)),
      verdicts: (verdicts) => void entry.verdicts.push(...verdicts),
      url: (url) => {
        entry.url = url;
        report((reader) => reader.url?.(url));
      },
      waits: (url) => {
        entry.url = url;
        entry.isWait = true;
        report((reader) => reader.waits?.(url));
      },
      warn: (about, reason) => {
        entry.verdicts.push({ check: about, verdict: 'warn', detail: reason });
        report((reader) => reader.warned?.(about, reason));
      },
      unexpected: (error) => {
        this.unexpectedCount += 1;
        if (this.unexpectedCount <= MOST_UNEXPECTED) this.unexpected.push({ atMs: this.elapsed(), error });
        report((reader) => reader.unexpected?.(error));
      },
    };
  }

  #report(hear: (reader: JournalReader) => void): void {
    for (const reader of this.#readers) hear(reader);
  }
}
