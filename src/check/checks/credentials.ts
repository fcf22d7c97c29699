import { missingCredentials } from '../../config/missing-credentials.ts';
import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass } from '../finding.ts';
import { isMissing } from '../reading.ts';

/** Whether every value that a login needs is there, and where each comes from. */
export function checkCredentials({ subject }: CheckContext): CheckFinding {
  const { clientId, clientSecret, privateKey, redirectUri } = subject;
  const missing = REQUIRED.filter((name) => isMissing(subject[name]));
  if (missing.length > 0) return failBy(missingCredentials(missing, []));
  if (!clientId.ok) return failBy(clientId.error);
  if (!clientSecret.ok) return failBy(clientSecret.error);
  const origins = [
    `client ${clientId.value} from ${clientId.origin}`,
    `secret from ${clientSecret.origin}`,
    ...(privateKey.ok ? [`private key from ${privateKey.origin}`] : []),
    ...(redirectUri.ok ? [`redirect URI from ${redirectUri.origin}`] : []),
  ];
  return pass(origins.join(', '));
}

const REQUIRED = ['clientId', 'clientSecret', 'privateKey', 'redirectUri'] as const;
