/** A request as a server of this program sees it: plain data, so that a handler is a pure function of it. */
export interface ServerRequest {
  readonly method: string;
  /** The request target as it came, for example `/callback?code=x`. */
  readonly target: string;
  /** Header names in lower case; repeated headers joined as Node joins them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as UTF-8 text, empty when there was none. */
  readonly body: string;
}

/** A handler's answer. `content-length` and `connection` are added by the server. */
export interface ServerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a server runs for each request. A rejection becomes a bare 500. */
export type RequestHandler = (request: ServerRequest) => ServerResponse | Promise<ServerResponse>;
