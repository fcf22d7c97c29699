import type { SomeExplanations } from './explanation.ts';

/** The provider or the network: no answer, or one that no provider of sgID v2 gives. */
export const NETWORK = {
  ERR_NETWORK: {
    summary: 'the provider, or the proxy on the way to it, could not be reached',
    meaning:
      "No answer came: the name was not found, nobody listened, the connection was cut, a certificate was not acceptable, or a proxy refused the way. The message has the system's own code. A request for the data or the keys that was cut off is tried three times; the exchange of the code is never sent twice.",
    causes: [
      {
        cause: 'this machine has no network, or its name server does not answer (ENOTFOUND, EAI_AGAIN)',
        confirm: '`curl -I https://api.id.gov.sg` fails as well.',
        mend: 'Connect it, or correct the hostname if it is misspelt.',
      },
      {
        cause: 'the network lets programs out through a proxy only',
        confirm: 'A browser on this machine reaches the provider, and its settings name a proxy.',
        mend: 'Name the proxy: `export HTTPS_PROXY=http://host:port`.',
      },
      {
        cause: 'the proxy refused: it wants a user name and password (407), or does not allow the host (403)',
        confirm: 'The message names the proxy and the HTTP status that it answered with.',
        mend: 'Put the user name and password into HTTPS_PROXY, percent-encoded, or ask whoever runs the proxy.',
      },
      {
        cause: 'a company proxy or security software reads along, with a certificate of its own',
        confirm: 'The message says that the certificate is of an authority that is not trusted here.',
        mend: 'Name the file with its certificate: `export NODE_EXTRA_CA_CERTS=company-ca.pem`.',
      },
      {
        cause: 'nothing listens there (ECONNREFUSED): a mock or a tunnel is not running',
        confirm: 'The hostname is that of this machine or of a container.',
        mend: 'Start it, for example `sgid mock`, and compare the port.',
      },
    ],
  },
  ERR_HTTP_TIMEOUT: {
    summary: 'no answer came in time',
    meaning:
      'A request to the provider is given 10 seconds, or the time of `--http-timeout`, and was given up. When it was the exchange of the code, the code may be spent, so log in again.',
    causes: [
      {
        cause: 'the provider is slow at the moment',
        confirm: '`sgid -v login` says how long each request takes.',
        mend: 'Try again, or give it longer: `--http-timeout 30s`.',
      },
      {
        cause: 'a firewall swallows the connection, or a proxy is needed',
        confirm: '`curl -I --max-time 10 https://api.id.gov.sg` gets no answer either.',
        mend: 'Name the proxy in HTTPS_PROXY, or have the host allowed.',
      },
      {
        cause: 'the proxy is slow, or waits for the provider itself',
        confirm: 'The message names the proxy.',
        mend: 'Try again, or go without: `NO_PROXY=api.id.gov.sg`.',
      },
    ],
  },
  ERR_PROVIDER_UNAVAILABLE: {
    summary: 'the provider answered that it cannot serve the request now',
    meaning:
      'The answer had a status of 5xx, or 429 (too many requests). A request for the data or the keys is tried three times on 502, 503 and 504, or after the wait that the provider asks for, when that is 10 seconds at most.',
    causes: [
      {
        cause: 'the provider has a fault or is being maintained',
        confirm: 'Its words are in the message; another client fails as well.',
        mend: 'Try again in a few minutes; if it stays, tell the provider the time and the status.',
      },
      {
        cause: 'too many requests came from this client or address (429)',
        confirm: 'The status in the message is 429.',
        mend: 'Wait, and let tests run against `sgid mock`.',
      },
      {
        cause: 'a gateway in front of the provider cannot reach it (502, 503, 504)',
        confirm: 'The body in the message is the page of a proxy or gateway.',
        mend: 'Try again, or ask whoever runs the gateway.',
      },
    ],
  },
  ERR_RESPONSE_INVALID: {
    summary: 'the answer is not what sgID v2 answers',
    meaning:
      'An endpoint answered with something other than the JSON object that it should, or the object lacks what must be in it: tokens, keys, endpoints. An answer of 4xx to the request for the keys or the discovery document, which everybody may read, counts as well. Nothing of it was used.',
    causes: [
      {
        cause: 'the hostname is not that of a provider of sgID v2',
        confirm:
          '`curl -s <hostname>/v2/.well-known/openid-configuration` does not show a discovery document.',
        mend: 'Correct `--hostname` or SGID_HOSTNAME; the real one is `https://api.id.gov.sg`.',
      },
      {
        cause: 'a proxy, a login page of the network or a gateway answers in its place',
        confirm: 'The body in the message is a web page.',
        mend: 'Sign in to the network, or go around the proxy with NO_PROXY.',
      },
      {
        cause: 'the provider broke the protocol',
        confirm: '`sgid check` shows which of its documents is wrong.',
        mend: 'Tell its operators.',
      },
    ],
  },
  ERR_RESPONSE_TOO_LARGE: {
    summary: 'the answer was larger than 1 MiB and was cut off',
    meaning: 'No answer of sgID comes near that size, so more of it is not read.',
    causes: [
      {
        cause: 'the hostname leads to something other than sgID',
        confirm: '`curl -sI <hostname>/v2/.well-known/openid-configuration` says what answers.',
        mend: 'Correct `--hostname` or SGID_HOSTNAME.',
      },
      {
        cause: 'somebody answers in place of the provider',
        confirm: 'The hostname is right, and it happens in this network only.',
        mend: 'Use another network, and tell whoever runs this one.',
      },
    ],
  },
  ERR_RESPONSE_REDIRECT: {
    summary: 'the provider answered with a redirect, which is not followed',
    meaning:
      'Secrets go to the provider and nowhere else, so its endpoints must answer themselves. A redirect to another address would take the client secret, the code or the access token there.',
    causes: [
      {
        cause: 'the hostname is that of a web page, not of the API',
        confirm: '`curl -sI <hostname>/v2/.well-known/jwks.json` shows where the redirect leads.',
        mend: 'Use the API itself: `https://api.id.gov.sg`.',
      },
      {
        cause: 'a login wall or a gateway stands in front of the provider',
        confirm: 'The redirect leads to a page where one signs in.',
        mend: 'Sign in to the network, or let this machine pass it by.',
      },
    ],
  },
  ERR_DISCOVERY_ORIGIN: {
    summary: 'the discovery document is that of another provider, or sends secrets elsewhere',
    meaning:
      "A provider's discovery document must name the issuer that was asked, and every endpoint must be on the origin of that issuer, because the client secret and the access token go there. A login does not need the document; `sgid check` and `discover()` of the library read it.",
    causes: [
      {
        cause: 'the provider stands behind a proxy and does not know its own address',
        confirm: '`curl -s <hostname>/v2/.well-known/openid-configuration` shows another host or `http:`.',
        mend: 'Tell the provider its public origin; for the mock that is `sgid mock --hostname <origin>`.',
      },
      {
        cause: 'the hostname is another name of the provider',
        confirm: 'The `issuer` in that document is the real one.',
        mend: 'Use the origin of the issuer as the hostname.',
      },
      {
        cause: 'somebody changed the document to catch secrets',
        confirm: 'An endpoint in it is on a host that you do not know.',
        mend: 'Do not use this provider, and tell its operators.',
      },
    ],
  },
} satisfies SomeExplanations;
