import type { SgidError } from '../errors/sgid-error.ts';
import type { Journal as ProtocolJournal, Step as ProtocolStep } from '../oidc/journal.ts';
import { readStopwatch } from '../system/clock.ts';
import type { HttpExchange } from '../system/http-client.ts';

type Verdict = Parameters<ProtocolStep['verdicts']>[0][number];

/** Takes notes of one step: those of the protocol, and what a login tells the person while it runs. */
export interface Step extends ProtocolStep {
  /** The URL that this step made. */
  madeUrl(url: string): void;
  /** From here on the step waits for a person, whose answer arrives at this URL. */
  waitsAt(url: string): void;
  /** A callback came that is not the one of this login. */
  unexpected(error: SgidError): void;
}

/** What the journal has of a step. Times are in milliseconds since the journal was begun. */
export interface Entry {
  readonly name: string;
  readonly startMs: number;
  /** Absent while it runs. */
  endMs?: number;
  url?: string;
  isWait?: boolean;
  readonly exchanges: (HttpExchange & { readonly endMs: number })[];
  readonly verdicts: Verdict[];
  /** What it failed with, unless a step within it did. */
  error?: unknown;
}

/** Hears at once what is noted. */
export interface JournalReader {
  began?(entry: Entry): void;
  madeUrl?(url: string): void;
  waits?(): void;
  exchanged?(exchange: HttpExchange): void;
  found?(verdicts: readonly Verdict[]): void;
  unexpected?(error: SgidError): void;
  ended?(entry: Entry): void;
}

/** More unexpected callbacks are counted, not kept: every web page can send them. */
const MOST_UNEXPECTED = 50;

/**
 * The one place where a command notes what happens. Nothing in it is redacted, because a value may turn out to be a
 * secret after it was noted: whoever writes it out does that.
 */
export class Journal implements ProtocolJournal {
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly entries: Entry[] = [];
  readonly unexpected: { readonly atMs: number; readonly error: SgidError }[] = [];
  unexpectedCount = 0;
  readonly #now: () => number;
  readonly #started: number;
  readonly #readers: JournalReader[] = [];
  readonly #noted = new Set<unknown>();

  /** @param now Milliseconds of a monotonic clock. */
  constructor(startedAt: number, now: () => number = readStopwatch) {
    this.startedAt = startedAt;
    this.#now = now;
    this.#started = now();
  }

  /** Milliseconds since the journal was begun. */
  elapsed(): number {
    return this.#now() - this.#started;
  }

  /** Lets a reader hear of everything from now on. */
  follow(reader: JournalReader): void {
    this.#readers.push(reader);
  }

  async step<Result>(name: string, run: (step: Step) => Promise<Result>): Promise<Result> {
    const entry = this.#begin(name);
    try {
      return await run(this.#stepOf(entry));
    } catch (error) {
      if (!this.#noted.has(error)) entry.error = error;
      this.#noted.add(error);
      throw error;
    } finally {
      entry.endMs = this.elapsed();
      this.#tell((reader) => reader.ended?.(entry));
    }
  }

  /** Notes an exchange that no step sends. */
  exchange(name: string, exchange: HttpExchange): void {
    const entry = this.#begin(name);
    this.#exchange(entry, exchange);
    entry.endMs = this.elapsed();
  }

  #begin(name: string): Entry {
    const entry: Entry = { name, startMs: this.elapsed(), exchanges: [], verdicts: [] };
    this.entries.push(entry);
    this.#tell((reader) => reader.began?.(entry));
    return entry;
  }

  #exchange(entry: Entry, exchange: HttpExchange): void {
    entry.exchanges.push({ ...exchange, endMs: this.elapsed() });
    this.#tell((reader) => reader.exchanged?.(exchange));
  }

  #stepOf(entry: Entry): Step {
    return {
      exchange: (exchange) => this.#exchange(entry, exchange),
      verdicts: (verdicts) => {
        entry.verdicts.push(...verdicts);
        this.#tell((reader) => reader.found?.(verdicts));
      },
      madeUrl: (url) => {
        entry.url = url;
        this.#tell((reader) => reader.madeUrl?.(url));
      },
      waitsAt: (url) => {
        entry.url = url;
        entry.isWait = true;
        this.#tell((reader) => reader.waits?.());
      },
      unexpected: (error) => {
        this.unexpectedCount += 1;
        if (this.unexpectedCount <= MOST_UNEXPECTED) this.unexpected.push({ atMs: this.elapsed(), error });
        this.#tell((reader) => reader.unexpected?.(error));
      },
    };
  }

  #tell(hear: (reader: JournalReader) => void): void {
    for (const reader of this.#readers) hear(reader);
  }
}
