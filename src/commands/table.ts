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
  readonly name: string;
  readonly group: string;
  readonly description: string;
  /** It runs the command line behind `--`, see `CommandContext.commandLine`. */
  readonly runsCommand?: true;
  load(): Promise<{ readonly declare: DeclareCommand }>;
}

const LOG_IN = 'Log in:';
const CREDENTIALS = 'Credentials and keys:';
const STEPS = 'Step by step, for scripts:';

/** The group of the rest. */
export const OTHERS = 'Other commands:';

/** Every command but `help`. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'login',
    group: LOG_IN,
    description: 'log in through the browser and print the decrypted claims as JSON',
    load: () => import('./login.ts'),
  },
  {
    name: 'mock',
    group: LOG_IN,
    description: 'serve an embedded sgID to develop and test against',
    runsCommand: true,
    load: () => import('./mock.ts'),
  },
  {
    name: 'init',
    group: CREDENTIALS,
    description: 'import or enter credentials, test them and save them as a profile',
    load: () => import('./init.ts'),
  },
  {
    name: 'check',
    group: CREDENTIALS,
    description: 'test the credentials without a person',
    load: () => import('./check.ts'),
  },
  {
    name: 'profile',
    group: CREDENTIALS,
    description: 'list, show, choose and remove saved credentials',
    load: () => import('./profile.ts'),
  },
  {
    name: 'key',
    group: CREDENTIALS,
    description: 'inspect, convert and make private keys',
    load: () => import('./key.ts'),
  },
  {
    name: 'pkce',
    group: STEPS,
    description: 'make a PKCE pair',
    load: () => import('./pkce.ts'),
  },
  {
    name: 'authorize-url',
    group: STEPS,
    description: 'make the URL of a login, and the transaction to finish it with',
    load: () => import('./authorize-url.ts'),
  },
  {
    name: 'callback',
    group: STEPS,
    description: 'take the redirected URL, and print the verified tokens',
    load: () => import('./callback.ts'),
  },
  {
    name: 'userinfo',
    group: STEPS,
    description: "fetch and decrypt the person's data with those tokens",
    load: () => import('./userinfo.ts'),
  },
  {
    name: 'decrypt',
    group: STEPS,
    description: 'decrypt a saved userinfo reply, offline',
    load: () => import('./decrypt.ts'),
  },
  {
    name: 'inspect',
    group: STEPS,
    description: 'say what is in a token, and what each check finds',
    load: () => import('./inspect.ts'),
  },
  {
    name: 'trace',
    group: OTHERS,
    description: 'look at what --trace wrote, in the terminal or as a page',
    load: () => import('./trace.ts'),
  },
  {
    name: 'scopes',
    group: OTHERS,
    description: 'list the scopes of sgID',
    load: () => import('./scopes.ts'),
  },
  {
    name: 'explain',
    group: OTHERS,
    description: 'explain an error code: causes, how to confirm and how to fix them',
    load: () => import('./explain.ts'),
  },
  {
    name: 'completion',
    group: OTHERS,
    description: 'print a script that completes commands in your shell',
    load: () => import('./completion.ts'),
  },
];
