import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { failBy, pass } from '../finding.ts';

/** Whether every value that a login needs is there, and where each comes from. */
export function checkCredentials({ subject }: CheckContext): CheckFinding {
  const { clientId, clientSecret, privateKey, redirectUri } = subject;
  const readings = [clientId, clientSecret, privateKey, redirectUri];
  const absent = readings.flatMap((reading) =>
    !reading.ok && reading.error.code === 'ERR_MISSING_CREDENTIALS' ? [reading.error] : [],
  );
  const [first] = absent;
  if (first !== undefined) {
    return { ...failBy(first), evidence: absent.map(({ message }) => message).join('; ') };
  }
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
