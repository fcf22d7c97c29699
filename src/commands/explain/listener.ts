import type { SomeExplanations } from './explanation.ts';

/** The listener for the callback, and the one of `sgid mock`. */
export const LISTENER = {
  ERR_LISTEN_PORT_IN_USE: {
    summary: 'the port is in use by another program',
    meaning:
      'The login listens on the port of the redirect URI, and on both 127.0.0.1 and ::1 when its host is localhost. It never takes another port by itself, because sgID compares the port of the redirect URI. `sgid mock` uses this code for its own port.',
    causes: [
      {
        cause: 'another `sgid login` still waits on this port',
        confirm: '`lsof -i :5001` names the program (with your port); on Windows `netstat -ano`.',
        mend: 'End it with Ctrl-C.',
      },
      {
        cause: 'your application or a development server runs on this port',
        confirm: 'The same command names it.',
        mend: 'Stop it for the login, or register a second redirect URI with a port of its own.',
      },
      {
        cause: 'a tunnel or container forwards this port',
        confirm: 'The same command names ssh, docker or the like.',
        mend: 'Listen behind it, with `--listen 127.0.0.1:<other port>`, or use `--manual`.',
      },
      {
        cause: 'another `sgid mock` runs',
        confirm: 'The message says that the mock cannot listen.',
        mend: 'End it, or take any free port: `sgid mock --port 0`.',
      },
    ],
  },
  ERR_LISTEN_NOT_PERMITTED: {
    summary: 'the system does not let the program listen there',
    meaning: 'The port or the address cannot be had by this user on this machine. Nothing was opened.',
    causes: [
      {
        cause: 'the port is below 1024, which the system keeps for the administrator',
        confirm: 'A redirect URI without a port has 80 or 443.',
        mend: 'Register a redirect URI with a port from 1024 up, or use `--manual`.',
      },
      {
        cause: 'this machine has no such address',
        confirm: 'The message says so; `ip address` or `ifconfig` lists its addresses.',
        mend: 'Use `--listen 127.0.0.1:5001`, or for the mock `--host 127.0.0.1`.',
      },
      {
        cause: 'a container or security policy forbids listening',
        confirm: 'Other programs may not listen on a port from 1024 up either.',
        mend: 'Use `sgid login --manual`.',
      },
    ],
  },
  ERR_LISTEN_INTERCEPTED: {
    summary: 'the callback would go to another program, or not arrive at all',
    meaning:
      "Before the browser opens, the listener asks itself through the redirect URI's own host name. Another program answered at one of its addresses, or nothing got through. The code of the login would have gone to that program, so the login was not started.",
    causes: [
      {
        cause: 'another program listens on the same port of the other address family (IPv4 or IPv6)',
        confirm: '`lsof -i :5001` shows two listeners (with your port).',
        mend: 'Stop that program and try again.',
      },
      {
        cause: 'a firewall or security software cuts off connections of this machine to itself',
        confirm: 'The message says that the listener cannot be reached.',
        mend: 'Allow connections to the addresses and port in the message, or use `--manual`.',
      },
      {
        cause: 'the name localhost leads elsewhere',
        confirm: '`getent hosts localhost` shows something else than 127.0.0.1 and ::1.',
        mend: 'Mend the hosts file, or register `http://127.0.0.1:5001/api/redirect`.',
      },
    ],
  },
} satisfies SomeExplanations;
