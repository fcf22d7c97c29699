import type { CheckReport, CheckResult } from '../../check/check.ts';
import { runChecks } from '../../check/run-checks.ts';
import { readSubject } from '../../check/subject.ts';
import { profileExists } from '../../config/profile-errors.ts';
import { isProfileName, readProfileName } from '../../config/profile-name.ts';
import { createProfileStore, type ProfileStore } from '../../config/profile-store.ts';
import { openSettings } from '../../config/settings.ts';
import { SgidError, usageError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import { renderCheckReport } from '../check/check-report.ts';
import { probePort } from '../check/probe-port.ts';
import type { CommandContext } from '../command-context.ts';
import type { InitOptions } from '../commands/init.ts';
import { renderJson } from '../output/render-json.ts';
import { writeStandardOutput } from '../output/standard-output.ts';
import { isAttended, openSettingsSources } from '../settings/settings-sources.ts';
import { askForRest } from './ask-draft.ts';
import { beginDraft } from './draft.ts';
import { judgeDraft, judgeKey } from './judge-draft.ts';
import { saveDraft } from './save-draft.ts';

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
  if (!ok) return `\nNext, when it is mended:\n  sgid check --offline${named}`;
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
  const subject = await readSubject({ profile: name }, sources);
  const { signal } = platform;
  const report = await runChecks({ subject, transport: undefined, probePort, canary: undefined, signal });
  // What needs the provider is no news, but that the callback cannot be taken here is.
  const isNews = ({ id, verdict }: CheckResult): boolean => verdict !== 'skip' || id === 'callback-port';
  const offline = { ...report, checks: report.checks.filter(isNews) };
  const text = await renderCheckReport(offline, { format: 'text' }, context);
  for (const line of text.trimEnd().split('\n')) diagnostics.info(line);
  return report;
}
