import { portUserCommand, refusedPortCause } from '../platform/port-user.ts';
import { SgidError } from '../protocol/errors.ts';

/**
 * Turns Node's reason for not listening into one with advice, as an SgidError `ERR_LISTEN_PORT_IN_USE` or
 * `ERR_LISTEN_NOT_PERMITTED`. Any other error stays as it is.
 */
export function mockListenError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const message = `the mock cannot listen on ${address}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new SgidError('ERR_LISTEN_PORT_IN_USE', `${message}: the port is in use`, {
        step: 'listen',
        causes: ['another sgid mock runs on this port', 'a development server runs on this port'],
        hint: `Stop the program that uses it (${portUserCommand(port)} names it), or take any free port with --port 0.`,
        cause: error,
      });
    case 'EACCES':
      return new SgidError('ERR_LISTEN_NOT_PERMITTED', `${message}: that is not permitted`, {
        step: 'listen',
        causes: [refusedPortCause()],
        hint: 'Choose a port from 1024 up, for example 5157, or take any free port with --port 0.',
        cause: error,
      });
    default:
      return new SgidError('ERR_LISTEN_NOT_PERMITTED', `${message}: ${String(error.code)}`, {
        step: 'listen',
        causes: ['this machine has no such address'],
        hint: 'Listen on 127.0.0.1, or on another IP address of this machine.',
        cause: error,
      });
  }
}
