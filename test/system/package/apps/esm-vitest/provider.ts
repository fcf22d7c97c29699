import type { Fetch } from 'sgid-cli';
import { createMockSgid, type EmbeddedMockSgid } from 'sgid-cli/mock';

/** Stands in for sgID in the tests, without a socket. */
export const mock: EmbeddedMockSgid = createMockSgid();

export const fetch: Fetch = (url, init) => mock.handle(new Request(url, init));
