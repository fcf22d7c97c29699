import { SgidError, usageError } from '../errors/sgid-error.ts';
import { loadPrivateKey } from '../keys/private-key.ts';
import { fingerprintKey } from '../keys/public-key.ts';
import { describeMixture } from '../settings/credentials.ts';
import { FIELD_NAMES, FIELDS, type FieldName } from '../settings/fields.ts';
import { type Profile, PUBLIC_FIELDS, SECRET_FIELDS } from '../settings/profile.ts';
import { createProfileStore } from '../settings/profile-store.ts';
import { checkProviderBinding } from '../settings/provider-binding.ts';
import { accountsOf, removeProfile } from '../settings/save-profile.ts';
import { describeSecretSource } from '../settings/secret-source.ts';
import { chooseProfile, findValue, loadSources, rankValues, type Source } from '../settings/sources.ts';
import { DEFAULT_HOSTNAME } from '../sgid/endpoints.ts';
import type { Platform } from '../system/platform.ts';
import { isPlainlyPath } from '../text/key-or-path.ts';
import { stripStrays, toPrintable } from '../text/printable.ts';
import { redact } from '../text/redact.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import { isAttended, openInputs } from './credential-options.ts';
import { type List, type ListFormat, listFormat, printList } from './list.ts';

const EXAMPLES = `
Examples:
  $ sgid profile list
  $ sgid profile use staging                             for every command from now on
  $ sgid login -p production                             for this command
  $ SGID_PROFILE=production sgid login                   for this shell, when exported
  $ sgid profile show --resolved                         the source of each value

A profile is a file of its own, which only you can read, in $XDG_CONFIG_HOME/sgid/profiles (or
~/.config/sgid/profiles), on macOS in ~/Library/Application Support/sgid/profiles, on Windows in
%APPDATA%\\sgid\\profiles. Each secret in it is {"value": "..."}, or {"source": "..."} with env:NAME,
file:/path, command:program or keyring. A command runs without a shell, in the profile's folder.`;

const SHOW_EXAMPLES = `
Examples:
  $ sgid profile show
  $ sgid profile show staging | jq -r .clientId.value
  $ sgid profile show staging --resolved -e .env.test

With --resolved, every value that a command would use, its source, and the sources that it overrides:
--credentials file, environment, .env, profile, default. Nothing is run, read or asked to get a secret.
Neither secrets nor the arguments of a command are shown. Without a name, the profile is that of
SGID_PROFILE, else the current one.`;

const USE_EXAMPLES = `
Examples:
  $ sgid profile use staging
  $ sgid profile use --none                              no profile, unless a command asks for one

The option -p and the variable SGID_PROFILE override it.`;

const REMOVE_EXAMPLES = `
Examples:
  $ sgid profile remove staging
  $ sgid profile remove staging --yes                    in a script

What the profile keeps in the system's keyring is removed as well. Files and variables that it names stay.`;

export const declare: DeclareCommand = (profile, openContext) => {
  profile.addHelpText('after', EXAMPLES);
  profile
    .command('list')
    .description('list the profiles')
    .addOption(listFormat())
    .addHelpText('after', "\nExamples:\n  $ sgid profile list\n  $ sgid profile list | jq -r '.[].name'")
    .action(async ({ format }) => runList(format, await openContext()));
  profile
    .command('show')
    .description('show what a profile holds, without its secrets')
    .argument('[name]', 'the profile (default: the current one)')
    .option('--resolved', 'show what a command would use, and where it comes from')
    .addOption(listFormat())
    .option('--credentials <file>', 'with --resolved: as for sgid login')
    .option('-e, --dotenv <file>', 'with --resolved: as for sgid login (default: "./.env")')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(async (name, options) => runShow(name, options, await openContext()));
  profile
    .command('use')
    .description('choose the profile that commands use')
    .argument('[name]', 'the profile')
    .option('--none', 'use no profile')
    .addHelpText('after', USE_EXAMPLES)
    .action(async (name, { none }) => runUse(name, none === true, await openContext()));
  profile
    .command('remove')
    .description('remove a profile and what it keeps in the keyring')
    .argument('<name>', 'the profile')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', REMOVE_EXAMPLES)
    .action(async (name, { yes }) => runRemove(name, yes === true, await openContext()));
};

/** Prints the profiles. One that cannot be read is listed all the same, with a warning. */
async function runList(
  format: ListFormat | undefined,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const store = createProfileStore(platform.configFolder);
  const warnOf = (error: unknown): undefined => {
    if (!(error instanceof SgidError)) throw error;
    diagnostics.warn(error.message);
  };
  const current = await store.current().catch(warnOf);
  const profiles = [];
  for (const name of await store.list()) {
    const stored = await store.load(name).catch(warnOf);
    for (const notice of stored?.notices ?? []) diagnostics.warn(notice);
    profiles.push({
      name,
      current: name === current,
      clientId: stored?.profile.clientId ?? null,
      hostname: stored ? (stored.profile.hostname ?? DEFAULT_HOSTNAME) : null,
    });
  }
  const rows = profiles.map((profile) => [
    profile.current ? '*' : '',
    profile.name,
    profile.clientId ?? '?',
    profile.hostname ?? '?',
  ]);
  if (profiles.length === 0 && format === undefined && platform.terminal.stdoutIsTerminal) {
    diagnostics.info('There are no profiles yet. To make one: sgid init');
    return;
  }
  const headings = ['', 'name', 'client id', 'provider'];
  await printList({ json: profiles, headings, rows }, format, platform);
}

interface ShowOptions {
  readonly resolved?: true;
  readonly format?: ListFormat;
  readonly credentials?: string;
  readonly dotenv?: string;
}

/** Prints what a profile holds or, with `--resolved`, what a command would use. No secret is fetched for it. */
async function runShow(
  name: string | undefined,
  options: ShowOptions,
  context: CommandContext,
): Promise<void> {
  const { about, values } = await (options.resolved ? explain : describe)(name, options, context);
  const list: List = {
    json: { ...about, ...values },
    headings: ['', 'value', 'from', ...(options.resolved ? ['overrides'] : [])],
    rows: [
      ...Object.entries(about).map(([label, text]) => [label, text ?? 'none']),
      ...FIELD_NAMES.flatMap((field) => (field in values ? [rowOf(field, values[field])] : [])),
    ],
  };
  await printList(list, options.format, context.platform);
}

interface ShownProfile {
  readonly about: Readonly<Record<string, string | null>>;
  readonly values: Readonly<Partial<Record<FieldName, ShownValue | null>>>;
}

interface ShownValue {
  readonly value?: string | null;
  readonly stored?: true;
  readonly source?: string;
  readonly file?: string;
  readonly fingerprint?: string;
  readonly from?: string | null;
  readonly overrides?: readonly string[];
}

function rowOf(field: FieldName, shown: ShownValue | null | undefined): readonly string[] {
  const { value, stored, source, file, fingerprint, from, overrides = [] } = shown ?? {};
  const words = [value ?? (stored && '(hidden)'), source ?? file, fingerprint && `SHA-256 ${fingerprint}`];
  const text = words.filter((word) => word).join(' ') || 'none';
  return [FIELDS[field].label, text, from ?? '', overrides.join(', ')];
}

async function describe(
  asked: string | undefined,
  { credentials, dotenv }: ShowOptions,
  context: CommandContext,
): Promise<ShownProfile> {
  if (credentials !== undefined || dotenv !== undefined)
    throw usageError('--credentials and --dotenv need --resolved', 'Add --resolved, or omit them.');
  const inputs = openInputs(context);
  const chosen = await chooseProfile(asked, inputs);
  if (chosen === undefined) {
    const hasSome = (await inputs.profiles.list()).length > 0;
    throw new SgidError('ERR_PROFILE', hasSome ? 'no profile is chosen' : 'there are no profiles yet', {
      hint: hasSome
        ? 'Name one, or choose one for all commands: sgid profile use <name>'
        : 'Make one with: sgid init',
    });
  }
  const { profile, path, notices } = await inputs.profiles.load(chosen.name);
  for (const notice of notices) context.diagnostics.warn(notice);
  return { about: { name: chosen.name, path }, values: await describeValues(profile) };
}

/** Describes a profile for people. Fetches nothing; a secret that stands in a public field is taken out. */
async function describeValues(profile: Profile): Promise<ShownProfile['values']> {
  const secrets = SECRET_FIELDS.flatMap((field) => profile[field]?.value ?? []);
  const publics = PUBLIC_FIELDS.map((field) => {
    const [own, preset] = [profile[field], FIELDS[field].default];
    if (own !== undefined) return [field, { value: redactValue(own, secrets), from: 'profile' }];
    return [field, preset === undefined ? null : { value: preset, from: 'default' }];
  });
  const hidden = SECRET_FIELDS.map((field) => {
    const secret = profile[field];
    if (secret === undefined) return [field, null];
    if (secret.source === undefined) return [field, { stored: true }];
    return [field, { source: describeSecretSource(secret.source) }];
  });
  const described = Object.fromEntries([...publics, ...hidden]);
  const fingerprint = await fingerprintOf(profile);
  return fingerprint === undefined ? described : { ...described, privateKey: { stored: true, fingerprint } };
}

/** Unchanged where it holds no secret: JSON escapes what is invisible. */
function redactValue(text: string, secrets: Iterable<string>): string {
  const redacted = redact(text, secrets);
  return redacted === stripStrays(text) ? text : redacted;
}

/** The SHA-256 of the SPKI in hex, for a key that is in the profile and can be opened. */
async function fingerprintOf({ privateKey, passphrase }: Profile): Promise<string | undefined> {
  if (privateKey?.value === undefined) return undefined;
  try {
    return fingerprintKey(await loadPrivateKey(privateKey.value, { passphrase: passphrase?.value }));
  } catch (error) {
    if (error instanceof SgidError) return undefined;
    throw error;
  }
}

async function explain(
  asked: string | undefined,
  options: ShowOptions,
  context: CommandContext,
): Promise<ShownProfile> {
  const inputs = openInputs(context);
  const sources = await loadSources({ ...options, ...(asked !== undefined && { profile: asked }) }, inputs);
  for (const notice of findFaults(sources)) context.diagnostics.warn(notice);
  const { profile = null } = sources.find(({ kind }) => kind === 'profile') ?? {};
  return { about: { name: profile }, values: explainValues(sources, inputs.secrets) };
}

/** What a command would use, and where it comes from. Fetches nothing and shows no secret, wherever it stands. */
function explainValues(sources: readonly Source[], secrets: Iterable<string>): ShownProfile['values'] {
  const names = FIELD_NAMES.filter((name) => FIELDS[name].fileOf === undefined && name !== 'publicKey');
  return Object.fromEntries(
    names.map((name) => {
      const [winner, ...others] = rankValues(sources, name);
      const overrides = others.map(({ origin }) => origin);
      if (winner === undefined) return [name, { value: null, from: null, overrides }];
      const { text, origin: from, fetch, field } = winner;
      if (!FIELDS[name].secret) return [name, { value: redactValue(text, secrets), from, overrides }];
      const hidden = { value: '(hidden)', from };
      if (fetch) return [name, { ...hidden, source: describeSecretSource(text), overrides }];
      const isFile = FIELDS[field].fileOf !== undefined || field === 'privateKey';
      return [name, { ...hidden, ...(isFile && isPlainlyPath(text) && { file: text }), overrides }];
    }),
  );
}

/** What a command would warn of with these values, or refuse to do. */
function findFaults(sources: readonly Source[]): readonly string[] {
  const names = ['clientId', 'clientSecret', 'privateKey', 'hostname'] as const;
  const found = Object.fromEntries(names.map((name) => [name, findValue(sources, name, new Set())]));
  const mixture = describeMixture(found, sources) ?? [];
  const { hostname, clientSecret } = found;
  try {
    if (hostname && clientSecret) checkProviderBinding(hostname, clientSecret, sources);
    return [mixture].flat();
  } catch (error) {
    if (error instanceof SgidError) return [mixture, error.message].flat();
    throw error;
  }
}

async function runUse(
  name: string | undefined,
  none: boolean,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  if ((name !== undefined) === none) {
    throw usageError(
      'give either the name of a profile or --none',
      'To list the profiles: sgid profile list',
    );
  }
  await createProfileStore(platform.configFolder).use(name);
  diagnostics.info(
    name === undefined ? 'There is no current profile now.' : `The current profile is ${name} now.`,
  );
  const chosen = platform.env['SGID_PROFILE'];
  if (chosen && chosen !== name) {
    diagnostics.warn(`SGID_PROFILE is set to ${toPrintable(chosen, 100)}, which overrides it in this shell`);
  }
}

async function runRemove(
  name: string,
  yes: boolean,
  { platform, diagnostics }: CommandContext,
): Promise<void> {
  const profiles = createProfileStore(platform.configFolder);
  const accounts = await accountsOf(name, profiles);
  if (!yes && !(await isAgreed(name, platform))) {
    diagnostics.info('Nothing was removed.');
    return;
  }
  await removeProfile(name, accounts, { profiles, keyring: platform.keyring, warn: diagnostics.warn });
  diagnostics.info(`The profile ${name} is removed.`);
}

async function isAgreed(name: string, platform: Platform): Promise<boolean | undefined> {
  const { terminal, signal } = platform;
  if (!isAttended(platform)) {
    throw usageError(
      `removing the profile ${name} needs a confirmation, and there is no terminal`,
      `To confirm: sgid profile remove ${name} --yes`,
    );
  }
  return terminal.confirm(`Remove the profile ${name}`, signal);
}
