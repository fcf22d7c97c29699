import { Option } from '@commander-js/extra-typings';
import type { DeclareCommand } from '../command-context.ts';

/** The options of `sgid profile list`. */
export interface ProfileListOptions {
  readonly format: 'json' | 'table';
}

/** The options of `sgid profile show`. */
export interface ProfileShowOptions {
  readonly resolved?: true;
  readonly credentials?: string;
  readonly envFile?: string;
}

/** The options of `sgid profile use`. */
export interface ProfileUseOptions {
  readonly none?: true;
}

/** The options of `sgid profile remove`. */
export interface ProfileRemoveOptions {
  readonly yes?: true;
}

const EXAMPLES = `
Examples:
  $ sgid profile list --format table
  $ sgid profile use staging                             for every command from now on
  $ sgid login -p production                             for this command
  $ SGID_PROFILE=production sgid login                   for this shell, when exported
  $ sgid profile show --resolved                         which value comes from where

A profile is a file of its own, which only you can read, in $XDG_CONFIG_HOME/sgid/profiles (or
~/.config/sgid/profiles), on macOS in ~/Library/Application Support/sgid/profiles, on Windows in
%APPDATA%\\sgid\\profiles. Each secret in it is {"value": "..."}, or {"source": "..."} with env:NAME,
file:/path, command:program or keyring. A command runs without a shell, in the profile's folder.`;

const SHOW_EXAMPLES = `
Examples:
  $ sgid profile show
  $ sgid profile show staging | jq -r .clientId.value
  $ sgid profile show staging --resolved -e .env.test

With --resolved every value that a command would use, what it comes from and what that goes before:
--credentials file, environment, .env, profile, default. Secrets are never shown, and nothing is run,
read or asked to get one. Without a name, the profile is that of SGID_PROFILE, else the current one.`;

const USE_EXAMPLES = `
Examples:
  $ sgid profile use staging
  $ sgid profile use --none                              no profile, unless a command asks for one

The option -p and the variable SGID_PROFILE go before it.`;

const REMOVE_EXAMPLES = `
Examples:
  $ sgid profile remove staging
  $ sgid profile remove staging --yes                    in a script

What the profile keeps in the system's keyring goes with it. Files and variables that it names stay.`;

/** Declares `sgid profile` and its commands; what they do is loaded when they run. */
export const declareProfile: DeclareCommand = (profile, openContext) => {
  profile.addHelpText('after', EXAMPLES);
  profile
    .command('list')
    .description('list the profiles')
    .addOption(
      new Option('--format <format>', 'how to print the list')
        .choices(['json', 'table'] as const)
        .default('json' as const),
    )
    .addHelpText('after', '\nExamples:\n  $ sgid profile list --format table')
    .action(async (options) => {
      const [context, { runProfileList }] = await Promise.all([
        openContext(),
        import('../profile/run-profile.ts'),
      ]);
      await runProfileList(options, context);
    });
  profile
    .command('show')
    .description('show what a profile holds, without its secrets')
    .argument('[name]', 'the profile (default: the current one)')
    .option('--resolved', 'show what a command would use, and where it comes from')
    .option('--credentials <file>', 'with --resolved: as for sgid login')
    .option('-e, --env-file <file>', 'with --resolved: as for sgid login (default: "./.env")')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (name, options) => {
      const [context, { runProfileShow }] = await Promise.all([
        openContext(),
        import('../profile/run-profile-show.ts'),
      ]);
      await runProfileShow(name, options, context);
    });
  profile
    .command('use')
    .description('choose the profile that commands use')
    .argument('[name]', 'the profile')
    .option('--none', 'use none')
    .addHelpText('after', USE_EXAMPLES)
    .action(async (name, options) => {
      const [context, { runProfileUse }] = await Promise.all([
        openContext(),
        import('../profile/run-profile.ts'),
      ]);
      await runProfileUse(name, options, context);
    });
  profile
    .command('remove')
    .description('remove a profile and what it keeps in the keyring')
    .argument('<name>', 'the profile')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', REMOVE_EXAMPLES)
    .action(async (name, options) => {
      const [context, { runProfileRemove }] = await Promise.all([
        openContext(),
        import('../profile/run-profile-remove.ts'),
      ]);
      await runProfileRemove(name, options, context);
    });
};
