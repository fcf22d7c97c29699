// Every command of the program, in the order and the groups of its help.
//
// How a command is written. One file, src/commands/<name>.ts, holds all of it and exports `declare`:
//
//   export const declare: DeclareCommand = (command, openContext) => {
//     addCredentialOptions(command, ['scope'])               what several commands share, in its own group
//       .optionsGroup(GROUPS.output)                         the group of the options that follow (context.ts)
//       .option('--out <file>', OUT_DESCRIPTION)
//       .addHelpText('after', EXAMPLES)
//       .action(async (file, options) => runName(file, options, await openContext()));
//   };
//
// and below it `runName`: what the command does, in the order in which it happens. Imports are static, but for what is heavy
// and rarely needed. The file is loaded when the command runs, by the one import() here. -q, -v, --no-color, --json-errors,
// -V and -h are added to every command and subcommand by program.ts, and the choices of an option are checked there.
import type { DeclareCommand } from './context.ts';

interface CommandEntry {
  readonly description: string;
  /** It runs the command line behind `--`, see `CommandContext.commandLine`. */
  readonly runsCommand?: true;
  load(): Promise<{ readonly declare: DeclareCommand }>;
}

/** The last group of the help. */
export const OTHERS = 'Other commands:';

const BY_GROUP: Readonly<Record<string, Readonly<Record<string, CommandEntry>>>> = {
  'Log in:': {
    login: {
      description: 'log in through the browser and print the decrypted claims as JSON',
      load: () => import('./login.ts'),
    },
    mock: {
      description: 'serve an embedded sgID to develop and test against',
      runsCommand: true,
      load: () => import('./mock.ts'),
    },
  },
  'Credentials and keys:': {
    init: {
      description: 'import or enter credentials, test them and save them as a profile',
      load: () => import('./init.ts'),
    },
    check: { description: 'test the credentials without a person', load: () => import('./check.ts') },
    profile: {
      description: 'list, show, choose and remove saved credentials',
      load: () => import('./profile.ts'),
    },
    key: { description: 'inspect, convert and make private keys', load: () => import('./key.ts') },
  },
  'Step by step, for scripts:': {
    pkce: { description: 'make a PKCE pair', load: () => import('./pkce.ts') },
    'authorize-url': {
      description: 'make the URL of a login, and the transaction to finish it with',
      load: () => import('./authorize-url.ts'),
    },
    callback: {
      description: 'take the redirected URL, and print the verified tokens',
      load: () => import('./callback.ts'),
    },
    userinfo: {
      description: "fetch and decrypt the person's data with those tokens",
      load: () => import('./userinfo.ts'),
    },
    decrypt: { description: 'decrypt a saved userinfo reply, offline', load: () => import('./decrypt.ts') },
    inspect: {
      description: 'say what is in a token, and what each check finds',
      load: () => import('./inspect.ts'),
    },
  },
  [OTHERS]: {
    trace: {
      description: 'look at what --trace wrote, in the terminal or as a page',
      load: () => import('./trace.ts'),
    },
    scopes: { description: 'list the scopes of sgID', load: () => import('./scopes.ts') },
    explain: {
      description: 'explain an error code: causes, how to confirm and how to fix them',
      load: () => import('./explain.ts'),
    },
    completion: {
      description: 'print a script that completes commands in your shell',
      load: () => import('./completion.ts'),
    },
  },
};

/** Every command but `help`. */
export const COMMANDS = Object.entries(BY_GROUP).flatMap(([group, commands]) =>
  Object.entries(commands).map(([name, entry]) => ({ name, group, ...entry })),
);
