// Every command of the program, in the order and the groups of its help.
//
// A command is loaded from src/commands/<name>.ts when it runs, by the import() of its row. The file exports `declare`, which
// adds what several commands share (credential-options.ts, result-options.ts), then its own options in their groups
// (context.ts), help and action. program.ts adds the global options; option-values.ts checks choices and values.
import type { DeclareCommand } from './context.ts';

type CommandRow = readonly [
  description: string,
  load: () => Promise<{ readonly declare: DeclareCommand }>,
  /** After `--` stands a command line that it runs. */
  runsAnother?: true,
];

export const OTHERS = 'Other commands:';

const BY_GROUP: Readonly<Record<string, Readonly<Record<string, CommandRow>>>> = {
  'Log in:': {
    login: ['log in through the browser and print the decrypted claims', () => import('./login.ts')],
    mock: ['serve an embedded sgID to develop and test against', () => import('./mock.ts'), true],
  },
  'Credentials and keys:': {
    init: ['save credentials as a profile, and test them offline', () => import('./init.ts')],
    check: ['test the credentials without a person', () => import('./check.ts')],
    profile: ['list, show, choose and remove saved credentials', () => import('./profile.ts')],
    key: ['inspect, convert and make private keys', () => import('./key.ts')],
  },
  'Step by step, for scripts:': {
    pkce: ['make a PKCE pair', () => import('./pkce.ts')],
    'authorize-url': ['print an authorization URL and its transaction', () => import('./authorize-url.ts')],
    callback: ['exchange the redirected URL for verified tokens', () => import('./callback.ts')],
    userinfo: ['fetch and decrypt the personal data', () => import('./userinfo.ts')],
    decrypt: ['decrypt a saved userinfo reply, offline', () => import('./decrypt.ts')],
    inspect: ['decode a token and check it', () => import('./inspect.ts')],
  },
  [OTHERS]: {
    trace: ['view a trace in the terminal or as a page', () => import('./trace.ts')],
    scopes: ['list the scopes of sgID', () => import('./scopes.ts')],
    explain: ['explain an error code, and how to fix it', () => import('./explain.ts')],
    completion: ['print a script that completes commands in your shell', () => import('./completion.ts')],
  },
};

export const COMMANDS = Object.entries(BY_GROUP).flatMap(([group, commands]) =>
  Object.entries(commands).map(([name, [description, load, runsAnother = false]]) => ({
    name,
    group,
    description,
    load,
    runsAnother,
  })),
);
