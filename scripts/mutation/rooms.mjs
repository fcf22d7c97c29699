// What is mutated, by room, the score that it must have, and the tests that look for its mutants, the quickest first: each
// mutant runs those that reach it, until one fails. What a test file runs outside of its tests (beforeAll, top level) costs each
// mutant that it reaches a new process.

/** @type {Readonly<Record<string, { files: RegExp, least: number, tests: readonly string[] }>>} */
export const ROOMS = {
  oidc: {
    files: /^src\/oidc\//,
    least: 90,
    tests: ['oidc/*', 'sgid/*', 'sgid-client'],
  },
  sgid: {
    files: /^src\/sgid\//,
    least: 90,
    tests: ['sgid/*', 'sgid-client{,-network}'],
  },
  listener: {
    files: /^src\/login\/(?:callback-listener|probe|listen-)/,
    least: 90,
    tests: ['login/{callback-listener,listen-*,listener-probe,login}', 'flow/login-{refused,callback}*'],
  },
  login: {
    files: /^src\/login\/(?!callback-listener|probe|listen-)/,
    least: 85,
    tests: ['login/*', 'flow/login-{bad,browser,callback,https,ends,output,mock,refused}*'],
  },
  settings: {
    files: /^src\/settings\//,
    least: 85,
    tests: [
      'settings/*',
      'flow/{damaged-current-profile,login-credentials,profile-commands,profile-login,untidy-values,init}*',
    ],
  },
  keys: {
    files: /^src\/keys\//,
    least: 85,
    tests: ['keys/*', 'flow/key-*'],
  },
  text: {
    files: /^src\/text\/(?:redact|printable|visible-text|credential-value|key-or-path)\.ts/,
    least: 85,
    tests: ['text/*', 'settings/disguises*', 'flow/{hostile-replies,unseen-text}*'],
  },
};
