/** A request of this package: the part of the WHATWG `fetch` options that sgID v2 needs. */
export interface FetchInit {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** Always `manual`: a redirect must never carry a secret elsewhere. */
  readonly redirect: 'manual';
  readonly signal?: AbortSignal;
}

/** The part of a WHATWG `Response` that is read. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** How HTTP reaches this package. `globalThis.fetch` fits, and so does a function that answers by itself. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;
