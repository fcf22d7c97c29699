import { Option } from '@commander-js/extra-typings';
import { loadCredentials } from '../check/credentials.ts';
import { renderTextReport } from '../check/report.ts';
import { type CheckReport, type CheckResult, runChecks } from '../check/run-checks.ts';
import { SgidError, usageError } from '../errors/sgid-error.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import {
  isProfileName,
  type Profile,
  type ProfileSecret,
  readProfileName,
  type SecretField,
} from '../settings/profile.ts';
import { createProfileStore, type ProfileStore, profileExists } from '../settings/profile-store.ts';
import { keyringAccount } from '../settings/secrets.ts';
import { openSettings } from '../settings/settings.ts';
import { errorCode } from '../system/node-error.ts';
import type { Platform } from '../system/platform.ts';
import { toPrintable } from '../text/printable.ts';
import { layoutOfReport } from './check.ts';
import { type CommandContext, type DeclareCommand, GROUPS } from './context.ts';
import { isAttended, openSettingsSources } from './credential-options.ts';
import { beginDraft, type CompleteDraft, judgeDraft, judgeKey } from './init-draft.ts';
import { askForRest } from './init-questions.ts';

/** The options of `sgid init`, as the command line gives them. */
export interface InitOptions {
  readonly from?: string;
  readonly profile?: string;
  readonly yes?: true;
  readonly replace?: true;
  readonly store: 'file' | 'keyring';
  readonly privateKeyFile?: string;
  readonly redirectUri?: string;
  readonly hostname?: string;
  readonly scope?: string;
}

const EXAMPLES = `
Examples:
  $ sgid init                                            asks for everything
  $ sgid init --from client.json                         the file from the developer portal; asks for the rest
  $ sgid init --from client.json --profile staging --yes
  $ sgid init --from client.json --profile staging --yes \\
      --redirect-uri http://localhost:5001/api/redirect

Nothing is saved that cannot be used, and what was saved is tested; Ctrl-C leaves nothing behind. The profile is a file that only you
can read; with --store keyring its secrets are kept in the system's keyring instead. A private key that is given as a
file stays where it is, and the profile names it.`;

/** Declares `sgid init`; what it does is loaded when it runs. */
export const declare: DeclareCommand = (command, openContext) => {
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
    .optionsGroup(GROUPS.credentials)
    .option('--private-key-file <path>', 'the private key, where the file has none')
    .option('--redirect-uri <uri>', 'the redirect URI, exactly as registered')
    .option('--hostname <origin>', 'the provider (default: "https://api.id.gov.sg")')
    .option('-s, --scope <scopes>', 'what to ask for (default: "openid myinfo.name")')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const context = await openContext();
      await runInit(options, context);
    });
};

/**
 * Runs `sgid init`: everything is judged before anything is saved, and what was saved is tested.
 *
 * @throws SgidError with step `config`; `ERR_USAGE` where nobody can be asked and options are missing.
 */
export async function runInit(options: InitOptions, context: CommandContext): Promise<void> {
  const { platform, diagnostics } = context;
  const asks = !options.yes;
  requireWayToKnow(options, context);
  const store = createProfileStore(platform.configFolder);
  if (options.profile !== undefined) await requireFreeName(options.profile, options, store);
  const begun = await beginDraft(options, context);
  const rest = asks ? await askForRest(begun, options.from !== undefined, context) : begun;
  const draft = judgeDraft(rest);
  if (!asks) await judgeKey(draft.privateKey, draft, () => passphraseOf(context));
  const { name, replace } = await chooseName(options, store, context);
  const path = await saveDraft(draft, { name, replace, store: options.store }, store, platform);
  diagnostics.info(`The profile ${name} is saved in ${toPrintable(path)}.`);
  if ((await store.current()) === undefined) {
    await store.use(name);
    diagnostics.info('It is the current profile: commands use it unless another is named.');
  }
  const report = await checkProfile(name, draft.passphrase, context);
  await warnOfOverrides(name, context);
  await writeStandardOutput(renderJson({ profile: name, path }), platform.terminal);
  const current = await store.current();
  diagnostics.info(nextSteps(report, current === name ? '' : ` -p ${name}`));
  if (current !== undefined && current !== name)
    diagnostics.info(`  sgid profile use ${name}   in place of ${current}, which is the current profile`);
}

/** What goes before the profile here would be a surprise at the next command. */
async function warnOfOverrides(name: string, context: CommandContext): Promise<void> {
  const { diagnostics } = context;
  try {
    const { notices } = await openSettings({ profile: name }, openSettingsSources(context));
    for (const notice of notices) diagnostics.warn(notice);
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    // The profile is saved: that a .env here cannot be read is for the next command to fail with.
    diagnostics.warn(error.message);
  }
}

/** Each on a line of its own, to be copied. */
function nextSteps({ ok, checks }: CheckReport, named: string): string {
  if (!ok) return `\nNext, when it is fixed:\n  sgid check --offline${named}`;
  const port = checks.find(({ id }) => id === 'callback-port');
  // The callback goes to another machine.
  const manual = port?.verdict === 'skip' ? ' --manual' : '';
  return `\nNext:\n  sgid login${manual}${named}\n  sgid check${named}   tests the credentials online`;
}

function requireWayToKnow({ yes, from, profile }: InitOptions, { platform }: CommandContext): void {
  const complete = from !== undefined && profile !== undefined;
  if (yes === true ? complete : isAttended(platform)) return;
  throw usageError(
    yes
      ? '--yes asks nothing, so --from and --profile are needed'
      : 'sgid init asks questions, and there is no terminal',
    'Without questions: sgid init --from <file> --profile <name> --yes',
  );
}

async function requireFreeName(name: string, { replace }: InitOptions, store: ProfileStore): Promise<void> {
  readProfileName(name);
  if (!replace && (await store.list()).includes(name)) throw profileExists(name);
}

/** Without a terminal nobody types it. */
async function passphraseOf({ platform, diagnostics }: CommandContext): Promise<string | undefined> {
  const passphrase = platform.env['SGID_PRIVATE_KEY_PASSPHRASE'];
  if (passphrase) diagnostics.hide([passphrase]);
  return passphrase;
}

async function chooseName(
  { profile, replace }: InitOptions,
  store: ProfileStore,
  { platform }: CommandContext,
): Promise<{ readonly name: string; readonly replace: boolean }> {
  const { terminal, signal } = platform;
  if (profile !== undefined) return { name: profile, replace: replace === true };
  const existing = await store.list();
  for (;;) {
    const name = await terminal.askText(
      {
        message: 'Name of the profile',
        preset: existing.includes('default') ? undefined : 'default',
        judge: (text) =>
          isProfileName(text)
            ? undefined
            : 'Use lower-case letters, digits, ".", "_" and "-", for example staging.',
      },
      signal,
    );
    if (name === undefined) {
      throw usageError(
        'the profile has no name, and nothing was saved',
        'Run sgid init again, with --profile <name>.',
      );
    }
    if (replace || !existing.includes(name)) return { name, replace: replace === true };
    if (await terminal.confirm(`There is a profile ${name}. Replace it`, signal))
      return { name, replace: true };
  }
}

/** What `sgid check --offline` would say; a finding is no reason to take the profile back. */
async function checkProfile(
  name: string,
  passphrase: string | undefined,
  context: CommandContext,
): Promise<CheckReport> {
  const { platform, diagnostics } = context;
  const sources = {
    ...openSettingsSources(context),
    // A variable or a .env that goes before it is not what was saved.
    profileOnly: true,
    // What was typed a moment ago is not asked for again.
    askPassphrase: async () => passphrase,
  };
  const credentials = await loadCredentials({ profile: name }, sources);
  const { signal } = platform;
  const report = await runChecks({ credentials, transport: undefined, canary: undefined, signal });
  // What needs the provider is no news, but that the callback cannot be taken here is.
  const isNews = ({ id, verdict }: CheckResult): boolean => verdict !== 'skip' || id === 'callback-port';
  const offline = { ...report, checks: report.checks.filter(isNews) };
  const text = renderTextReport(offline, layoutOfReport(context));
  for (const line of text.trimEnd().split('\n')) diagnostics.info(line);
  return report;
}

/** Where a profile goes, and how. */
export interface SaveOptions {
  readonly name: string;
  readonly replace: boolean;
  /** Where secrets are kept: in the profile's file, or in the system's keyring. */
  readonly store: 'file' | 'keyring';
}

/**
 * Saves a draft as a profile. When the profile cannot be written, what was put into the keyring is taken out again.
 *
 * @returns The path of the profile's file.
 * @throws SgidError `ERR_PROFILE`, `ERR_OUTPUT`, `ERR_SECRET_SOURCE`
 */
export async function saveDraft(
  draft: CompleteDraft,
  { name, replace, store }: SaveOptions,
  profiles: ProfileStore,
  { keyring }: Pick<Platform, 'keyring'>,
): Promise<string> {
  const kept: string[] = [];
  const keep = async (field: SecretField, value: string): Promise<ProfileSecret> => {
    if (store === 'file') return { value };
    const account = keyringAccount(name, field);
    await keyring.write(account, value).catch((error: unknown) => {
      throw keyringError(error);
    });
    kept.push(account);
    return { source: 'keyring' };
  };
  try {
    const { clientId, redirectUri, scope, hostname, clientSecret, privateKey } = draft;
    const passphrase = draft.forgetsPassphrase ? undefined : draft.passphrase;
    const profile: Profile = {
      clientId,
      redirectUri,
      scope,
      hostname,
      clientSecret: await keep('clientSecret', clientSecret),
      privateKey:
        privateKey.kind === 'file'
          ? { source: `file:${privateKey.path}` }
          : await keep('privateKey', privateKey.text),
      ...(passphrase && { passphrase: await keep('passphrase', passphrase) }),
    };
    return await profiles.save(name, profile, { replace });
  } catch (error) {
    for (const account of kept) await keyring.remove(account).catch(() => undefined);
    throw error;
  }
}

function keyringError(error: unknown): SgidError {
  const words = error instanceof Error ? [toPrintable(error.message, 500)] : [];
  return new SgidError(
    'ERR_SECRET_SOURCE',
    errorCode(error) === 'ENOKEYRING'
      ? 'this machine offers no keyring to sgid'
      : 'the keyring refused to keep a secret',
    {
      step: 'config',
      causes: words,
      hint: 'Leave --store keyring out: the profile is a file that only you can read.',
    },
  );
}
