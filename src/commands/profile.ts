import { Option } from '@commander-js/extra-typings';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { renderTable } from '../output/table.ts';
import { SECRET_FIELDS, type SecretField } from '../settings/profile.ts';
import { createProfileStore, type ProfileStore } from '../settings/profile-store.ts';
import { keyringAccount } from '../settings/secrets.ts';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import { KEYRING_SERVICE } from '../system/keyring.ts';
import type { Platform } from '../system/platform.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import { isAttended } from './credential-options.ts';

/** The options of `sgid profile list`. */
export interface ProfileListOptions {
  readonly format: 'json' | 'table';
}

/** The options of `sgid profile show`. */
export interface ProfileShowOptions {
  readonly resolved?: true;
  readonly credentials?: string;
  readonly dotenv?: string;
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
export const declare: DeclareCommand = (profile, openContext) => {
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
      const context = await openContext();
      await runProfileList(options, context);
    });
  profile
    .command('show')
    .description('show what a profile holds, without its secrets')
    .argument('[name]', 'the profile (default: the current one)')
    .option('--resolved', 'show what a command would use, and where it comes from')
    .option('--credentials <file>', 'with --resolved: as for sgid login')
    .option('-e, --dotenv <file>', 'with --resolved: as for sgid login (default: "./.env")')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (name, options) => {
      const [context, { runProfileShow }] = await Promise.all([openContext(), import('./profile-show.ts')]);
      await runProfileShow(name, options, context);
    });
  profile
    .command('use')
    .description('choose the profile that commands use')
    .argument('[name]', 'the profile')
    .option('--none', 'use none')
    .addHelpText('after', USE_EXAMPLES)
    .action(async (name, options) => {
      const context = await openContext();
      await runProfileUse(name, options, context);
    });
  profile
    .command('remove')
    .description('remove a profile and what it keeps in the keyring')
    .argument('<name>', 'the profile')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', REMOVE_EXAMPLES)
    .action(async (name, options) => {
      const context = await openContext();
      await runProfileRemove(name, options, context);
    });
};

/** A line of `sgid profile list`. What a broken file holds is not known. */
interface ListedProfile {
  readonly name: string;
  readonly current: boolean;
  readonly clientId: string | null;
  readonly hostname: string | null;
}

/** Prints the profiles. One that cannot be read is listed all the same, with a warning. */
export async function runProfileList(
  { format }: ProfileListOptions,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const store = createProfileStore(platform.configFolder);
  const current = await store.current().catch((error: unknown) => warnOf(error, diagnostics));
  const profiles: ListedProfile[] = [];
  for (const name of await store.list()) {
    profiles.push({ name, current: name === current, ...(await summarise(name, store, diagnostics)) });
  }
  await writeStandardOutput(format === 'json' ? renderJson(profiles) : toTable(profiles), platform.terminal);
}

/** Chooses the current profile, or none. */
export async function runProfileUse(
  name: string | undefined,
  { none }: ProfileUseOptions,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  if ((name === undefined) === (none === undefined)) {
    throw usageError(
      'give either the name of a profile or --none',
      'The names: sgid profile list --format table',
    );
  }
  const store = createProfileStore(platform.configFolder);
  await store.use(name);
  diagnostics.info(name === undefined ? 'No profile is current now.' : `The current profile is ${name} now.`);
  const chosen = platform.env['SGID_PROFILE'];
  if (chosen && chosen !== name) {
    diagnostics.warn(
      `SGID_PROFILE is set to ${toPrintable(chosen, 100)}, which goes before it in this shell`,
    );
  }
}

async function summarise(
  name: string,
  store: ProfileStore,
  diagnostics: Diagnostics,
): Promise<Pick<ListedProfile, 'clientId' | 'hostname'>> {
  try {
    const { profile, notices } = await store.read(name);
    for (const notice of notices) diagnostics.warn(notice);
    return { clientId: profile.clientId ?? null, hostname: profile.hostname ?? DEFAULT_HOSTNAME };
  } catch (error) {
    warnOf(error, diagnostics);
    return { clientId: null, hostname: null };
  }
}

/** What is wrong with one profile is no reason not to list the others. */
function warnOf(error: unknown, diagnostics: Diagnostics): undefined {
  if (!(error instanceof SgidError)) throw error;
  diagnostics.warn(error.message);
}

function toTable(profiles: readonly ListedProfile[]): string {
  const rows = profiles.map(({ name, current, clientId, hostname }) => [
    current ? '*' : '',
    name,
    toPrintable(clientId ?? '?'),
    toPrintable(hostname ?? '?'),
  ]);
  return renderTable(['', 'name', 'client id', 'provider'], rows);
}

/**
 * Removes a profile, once somebody has agreed.
 *
 * @throws SgidError `ERR_PROFILE`; `ERR_USAGE` where nobody can be asked and `--yes` is missing.
 */
export async function runProfileRemove(
  name: string,
  { yes }: ProfileRemoveOptions,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const store = createProfileStore(platform.configFolder);
  const inKeyring = await findInKeyring(name, store);
  if (!yes && !(await isAgreed(name, platform))) {
    diagnostics.info('Nothing was removed.');
    return;
  }
  for (const field of inKeyring) {
    const account = keyringAccount(name, field);
    await platform.keyring.remove(account).catch((error: unknown) => {
      const reason = error instanceof Error ? toPrintable(error.message, 300) : 'unknown error';
      diagnostics.warn(
        `the keyring keeps what is under service ${KEYRING_SERVICE}, account ${account}: ${reason}`,
      );
    });
  }
  await store.remove(name);
  diagnostics.info(`The profile ${name} is removed.`);
}

/** The secrets that the keyring keeps for it. A profile that is there and cannot be read can be removed as well. */
async function findInKeyring(name: string, store: ProfileStore): Promise<readonly SecretField[]> {
  try {
    const { profile } = await store.read(name);
    return SECRET_FIELDS.filter((field) => {
      const secret = profile[field];
      return secret !== undefined && 'source' in secret && secret.source === 'keyring';
    });
  } catch (error) {
    if ((await store.list()).includes(name)) return [];
    throw error;
  }
}

async function isAgreed(name: string, platform: Platform): Promise<boolean> {
  const { terminal, signal } = platform;
  if (!isAttended(platform)) {
    throw usageError(
      `nobody can be asked whether to remove the profile ${name}`,
      `If it is meant: sgid profile remove ${name} --yes`,
    );
  }
  const prompt = terminal.openPrompt();
  signal.addEventListener('abort', prompt.close, { once: true });
  try {
    prompt.redraw(`Remove the profile ${name}? [y/N] `);
    for await (const answer of prompt.lines) return /^y(?:es)?$/i.test(answer.trim());
    signal.throwIfAborted();
    return false;
  } finally {
    signal.removeEventListener('abort', prompt.close);
    prompt.close();
  }
}
