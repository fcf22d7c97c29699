import type { HttpExchange } from '../../platform/http-client.ts';
import type { Diagnostics } from '../output/diagnostics.ts';

/** A listener that says a line for each HTTP exchange: method, URL without its query, outcome and duration. */
export function logExchanges(diagnostics: Diagnostics): (exchange: HttpExchange) => void {
  return ({ method, url, status, failure, milliseconds }) => {
    const [address] = url.split('?');
    diagnostics.detail(`${method} ${address} ${status ?? failure} ${milliseconds.toFixed(0)} ms`);
  };
}
