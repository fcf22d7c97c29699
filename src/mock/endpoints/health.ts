import type { ServerResponse } from '../../platform/http-message.ts';
import { jsonResponse } from '../response.ts';

/** The health endpoint, for whatever waits until the mock is up. sgID itself has none. */
export function answerHealth(): ServerResponse {
  return jsonResponse(200, { status: 'ok' });
}
