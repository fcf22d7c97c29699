import { SgidError, type SgidErrorCode } from '../errors/sgid-error.ts';
import { portUserCommand, refusedPortCauses } from '../system/ports.ts';
import { machineFault } from '../text/machine-fault.ts';
import type { ListenPlan } from './listen-plan.ts';

const ANOTHER_WAY =
  'register another redirect URI (sgID compares the port exactly) and use that; or keep this one, with --listen ' +
  'and a proxy in front; or paste the redirected URL with --manual';

const ANOTHER_MOCK =
  'start the mock with another port for the callback (sgid mock --redirect-uri http://localhost:5002/callback) and log ' +
  'in with the same --redirect-uri; or paste the redirected URL with --manual';

/** Turns Node's error about listening into one with advice. Any other error stays as it is. */
export function listenError(error: unknown, { port, addresses, atMock }: ListenPlan): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const address = 'address' in error ? String(error.address) : addresses.join(' and ');
  const fail = (code: SgidErrorCode, reason: string, hint: string, causes: string[] = []): SgidError =>
    new SgidError(code, `cannot listen for the callback: ${reason}`, { causes, hint, cause: error });

  if (error.code === 'EADDRINUSE') {
    return fail(
      'ERR_LISTEN_PORT_IN_USE',
      `port ${port} on ${address} is in use`,
      `Stop the program that uses it (${portUserCommand(port)} names it); or ${atMock ? ANOTHER_MOCK : ANOTHER_WAY}.`,
      ['another sgid login still waits on this port', 'a development server runs on this port'],
    );
  }
  const code = 'ERR_LISTEN_NOT_PERMITTED';
  if (error.code === 'EACCES') {
    const hint = `Choose another port, from 1024 up: ${ANOTHER_WAY}.`;
    return fail(code, `port ${port} on ${address} is not permitted`, hint, refusedPortCauses(port));
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') {
    const hint = `Use --listen 127.0.0.1:${port}, or another address of this machine.`;
    return fail(code, `this machine has no address ${address}`, hint);
  }
  const fault = machineFault(error);
  if (fault !== undefined) return fail(code, fault.reason, fault.hint);
  const reason = `port ${port} on ${address} failed with ${String(error.code)}`;
  return fail(code, reason, `To go on without this port, ${ANOTHER_WAY}.`);
}

export function interceptedError(address: string, { hosts, port }: ListenPlan): SgidError {
  const message = `another program answers for ${hosts[0]} at ${address}, and the browser could send the callback there`;
  return new SgidError('ERR_LISTEN_INTERCEPTED', message, {
    hint: `Stop that program (${portUserCommand(port)} names it) and try again; or ${ANOTHER_WAY}.`,
  });
}

export function unreachableError({ addresses, hosts, port }: ListenPlan): SgidError {
  const message = `the listener for ${hosts[0]} cannot be reached on this machine`;
  return new SgidError('ERR_LISTEN_INTERCEPTED', message, {
    causes: ['a firewall or security software cuts off connections of this machine to itself'],
    hint: `Allow connections to ${addresses.join(' and ')}, port ${port}; or ${ANOTHER_WAY}.`,
  });
}
