import { DEFAULT_HOSTNAME } from '../../protocol/endpoints.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass } from '../finding.ts';

/** Whether the provider's hostname is one. */
export function checkProvider({ subject: { hostname } }: CheckContext): CheckFinding {
  if (!hostname.ok) return failBy(hostname.error);
  const which = hostname.value === DEFAULT_HOSTNAME ? 'the real sgID' : `not ${DEFAULT_HOSTNAME}`;
  return pass(`${hostname.value} (${which}), from ${hostname.origin}`);
}
