import { resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { loadTestedCredentials } from '../check/credentials.ts';
import { renderTextReport } from '../check/report.ts';
import { type CheckReport, type CheckResult, runChecks } from '../check/run-checks.ts';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { layoutOfReport } from '../output/table.ts';
import { type Credentials, loadFromSources } from '../settings/credentials.ts';
import { CREDENTIAL_NAMES, type FieldName } from '../settings/fields.ts';
import type { Inputs } from '../settings/inputs.ts';
import { formatProfile, type Profile, parseProfile } from '../settings/profile.ts';
import { isProfileName, validateProfileName } from '../settings/profile-name.ts';
import { createProfileStore, type ProfileStore, profileExists } from '../settings/profile-store.ts';
import { saveProfile } from '../settings/save-profile.ts';
import {
  collectFlags,
  DEFAULTS,
  findValue,
  loadProfile,
  loadSources,
  profileSource,
  type Source,
} from '../settings/sources.ts';
import { isKeyText } from '../text/key-or-path.ts';
import { toPrintable } from '../text/printable.ts';
import type { CommandContext, DeclareCommand } from './context.ts';
import { CREDENTIAL_OPTIONS, isAttended, openInputs } from './credential-options.ts';
import {
  ask,
  askForFile,
  askForRest,
  importFile,
  printNotices,
  requireComplete,
  requireKey,
} from './init-draft.ts';

const EXAMPLES = `
Examples:
  $ sgid init                                            asks for everything
  $ sgid init --from client.json                         the file from the developer portal; asks for the rest
  $ sgid init --from client.json --profile staging --yes
  $ sgid init --from client.json --profile staging --yes \\
      --redirect-uri http://localhost:5001/api/redirect

Every value is validated before anything is saved, and the saved profile is tested offline; Ctrl-C leaves nothing behind. The profile is a file that only you
can read; with --store keyring its secrets are kept in the system's keyring instead. A private key that is given as a
file stays where it is, and the profile names it.`;

const addOptions = (command: Command) =>
  command
    .option('--from <file>', 'import this credentials file, JSON or .env')
    .option('-p, --profile <name>', 'save the credentials under this name')
    .option('-y, --yes', 'ask nothing; needs --from and --profile')
    .option('--replace', 'replace a profile of that name')
    .addOption(
      new Option('--store <where>', 'where the secrets are kept')
        .choices(['file', 'keyring'] as const)
        .default('file' as const),
    )
    .optionsGroup('Credentials:')
    .option('--private-key-file <path>', 'the private key, where the file has none')
    .option('--redirect-uri <uri>', 'the redirect URI, exactly as registered')
    .option(...CREDENTIAL_OPTIONS.hostname)
    .option(...CREDENTIAL_OPTIONS.scope)
    .addHelpText('after', EXAMPLES);

type InitOptions = ReturnType<ReturnType<typeof addOptions>['opts']>;

export const declare: DeclareCommand = (command, openContext) => {
  addOptions(command).action(async (options) => runInit(options, await openContext()));
};

/** Everything is validated before anything is saved, and what was saved is tested. */
async function runInit(options: InitOptions, context: CommandContext): Promise<void> {
  const { platform, diagnostics } = context;
  requireAnswers(options, context);
  const profiles = createProfileStore(platform.configFolder);
  if (options.profile !== undefined) {
    validateProfileName(options.profile);
    if (!options.replace && (await profiles.list()).includes(options.profile))
      throw profileExists(options.profile);
  }
  const { profile, passphrase } = await makeProfile(options, context);
  const { name, replace } = await chooseName(options, profiles, context);
  const { store } = options;
  const places = { profiles, keyring: platform.keyring, warn: diagnostics.warn };
  const path = await saveProfile(name, profile, { replace, store }, places);
  diagnostics.info(`The profile ${name} is saved in ${toPrintable(path)}.`);
  // The profile is saved, and is tested although nobody can say which one is current.
  const current = await profiles.current().catch((error: unknown) => {
    if (!(error instanceof SgidError)) throw error;
    diagnostics.warn([error.message, error.hint].join('. '));
    return null;
  });
  if (current === undefined) {
    await profiles.use(name);
    diagnostics.info('It is the current profile: commands use it unless another is named.');
  } else if (current !== null && current !== name) {
    diagnostics.info(`${current} stays the current profile. To change that: sgid profile use ${name}`);
  }
  const report = await checkProfile(name, passphrase, context);
  await warnOfOverrides(name, context);
  // A person has read it above.
  if (!platform.terminal.stdoutIsTerminal)
    await writeStandardOutput(renderJson({ profile: name, path }), platform.terminal);
  diagnostics.info(nextStep(report, current === undefined || current === name ? '' : ` -p ${name}`));
}

function requireAnswers({ yes, from, profile }: InitOptions, { platform }: CommandContext): void {
  const complete = from !== undefined && profile !== undefined;
  if (yes === true ? complete : isAttended(platform)) return;
  throw usageError(
    yes
      ? '--yes asks nothing, so --from and --profile are needed'
      : 'sgid init asks questions, and there is no terminal',
    'Without questions: sgid init --from <file> --profile <name> --yes',
  );
}

async function makeProfile(
  { from, yes, ...flags }: InitOptions,
  context: CommandContext,
): Promise<{ readonly profile: Profile; readonly passphrase: string | undefined }> {
  const { platform, diagnostics } = context;
  // Without a terminal nobody types the passphrase.
  const askPassphrase = async (): Promise<string | undefined> => platform.env['SGID_PRIVATE_KEY_PASSPHRASE'];
  const inputs = { ...openInputs(context, 'sgid init'), askPassphrase, notices: new Set<string>() };
  const maker = { context, inputs, printed: new Set<string>() };
  if (flags.privateKeyFile === '-') inputs.claimStdin('--private-key-file');
  const given = collectFlags(flags, inputs);
  try {
    const imported = from === undefined ? await askForFile(maker) : await importFile(from, inputs);
    printNotices(maker);
    for (const line of imported.words) diagnostics.info(line);
    const begun = { ...imported, sources: [given, ...imported.sources] };
    const draft = yes ? begun : await askForRest(begun, maker);
    requireComplete(draft);
    const sources = [...draft.sources, DEFAULTS];
    const needed = ['clientId', 'clientSecret', 'redirectUri', 'hostname', 'scope'] as const;
    const credentials = await loadFromSources({ needed }, sources, inputs);
    if (yes) await requireKey(sources, inputs);
    const profile = profileOf(credentials, sources);
    const passphrase = draft.unsavedPassphrase;
    await requireReadable(profile, {
      ...inputs,
      ...(passphrase && { askPassphrase: async () => passphrase }),
    });
    return { profile, passphrase };
  } finally {
    printNotices(maker);
  }
}

function profileOf(
  { clientId, redirectUri, scope, hostname, clientSecret }: Omit<Credentials, 'privateKey'>,
  sources: readonly Source[],
): Profile {
  const find = (name: FieldName) => findValue(sources, name, new Set());
  const { text: key = '' } = find('privateKey') ?? {};
  const passphrase = find('passphrase')?.text;
  return {
    clientId,
    redirectUri,
    scope: scope.join(' '),
    hostname,
    clientSecret: { value: clientSecret },
    privateKey: isKeyText(key) ? { value: key } : { source: `file:${resolve(key)}` },
    ...(passphrase && { passphrase: { value: passphrase } }),
  };
}

/** Nothing is saved that a later command could not read back. */
async function requireReadable(profile: Profile, inputs: Inputs): Promise<void> {
  const source = profileSource('new', parseProfile(formatProfile(profile), 'the new profile'), '', inputs);
  await loadFromSources({ needed: CREDENTIAL_NAMES }, [source, DEFAULTS], { ...inputs, notices: new Set() });
}

async function chooseName(
  { profile, ...options }: InitOptions,
  profiles: ProfileStore,
  context: CommandContext,
): Promise<{ readonly name: string; readonly replace: boolean }> {
  const { terminal, signal } = context.platform;
  const replace = options.replace === true;
  if (profile !== undefined) return { name: profile, replace };
  const existing = await profiles.list();
  const message = 'Name of the profile';
  const preset = existing.includes('default') ? undefined : 'default';
  const advice = 'Use lower-case letters, digits, ".", "_" and "-", for example staging.';
  const validate = (text: string) => (isProfileName(text) ? undefined : advice);
  for (;;) {
    const name = await ask(context, message, preset, validate);
    if (replace || !existing.includes(name)) return { name, replace };
    if (await terminal.confirm(`Profile ${name} exists. Replace it`, signal)) return { name, replace: true };
  }
}

/** What `sgid check --offline` would say of what was saved; a failed check is no reason to take it back. */
async function checkProfile(
  name: string,
  passphrase: string | undefined,
  context: CommandContext,
): Promise<CheckReport> {
  const { platform, diagnostics } = context;
  // What was typed a moment ago is not asked for again.
  const notices = new Set<string>();
  const inputs = { ...openInputs(context), askPassphrase: async () => passphrase, notices };
  const saved = await loadProfile({ name, by: '--profile' }, inputs);
  const credentials = await loadTestedCredentials([saved, DEFAULTS], inputs);
  const { signal, env } = platform;
  const report = await runChecks({ credentials, transport: undefined, canary: undefined, signal, env });
  // Checks that need the provider are always skipped here; a callback that cannot arrive here is worth a line.
  const isNews = ({ id, verdict }: CheckResult): boolean => verdict !== 'skip' || id === 'callback-port';
  const offline = { ...report, checks: report.checks.filter(isNews) };
  const text = renderTextReport(offline, layoutOfReport(context));
  for (const line of text.trimEnd().split('\n')) diagnostics.info(line);
  return report;
}

/** Warns of what overrides the profile at the next command. */
async function warnOfOverrides(name: string, context: CommandContext): Promise<void> {
  const { diagnostics } = context;
  try {
    await loadSources({ profile: name }, openInputs(context));
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    // The profile is saved. If a .env here cannot be read, the next command fails with that.
    diagnostics.warn(error.message);
  }
}

/** The command to type next, on a line of its own, to be copied. */
function nextStep({ ok }: CheckReport, named: string): string {
  return ok ? `\nNext:\n  sgid check${named}` : `\nNext, when it is fixed:\n  sgid check --offline${named}`;
}
