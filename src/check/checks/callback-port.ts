import type { CheckFinding } from '../check.ts';
import type { CheckContext } from '../context.ts';
import { pass, skip, warn } from '../finding.ts';
import { unusable } from '../reading.ts';

/**
 * Whether `sgid login` could listen for the callback. A port in use is no fault of the credentials: the
 * application under development may be what uses it.
 */
export async function checkCallbackPort({ subject, probePort }: CheckContext): Promise<CheckFinding> {
  const { redirectUri } = subject;
  if (!redirectUri.ok) return unusable('there is no usable redirect URI', redirectUri);
  const reading = await probePort(redirectUri.value);
  switch (reading.kind) {
    case 'free':
      return pass(`port ${reading.port} is free on ${reading.addresses.map(inBrackets).join(' and ')}`);
    case 'taken':
      return warn(reading.reason, reading.hint);
    case 'elsewhere':
      return skip(reading.reason);
  }
}

/** As URLs write an IPv6 address. */
function inBrackets(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
