import { SgidError, usageError } from '../errors/sgid-error.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import { renderJson } from '../output/result.ts';
import { writeStandardOutput } from '../output/result-output.ts';
import { describeProfile, explainSettings } from '../settings/describe-profile.ts';
import { chooseProfile } from '../settings/profile-source.ts';
import { createProfileStore } from '../settings/profile-store.ts';
import { checkProviderBinding } from '../settings/provider-binding.ts';
import { createFindings, findSettings, openSettings } from '../settings/settings.ts';
import type { CredentialSource } from '../settings/sources.ts';
import type { CommandContext } from './context.ts';
import { openSettingsSources } from './credential-options.ts';
import type { ProfileShowOptions } from './profile.ts';

/**
 * Prints what a profile holds or, with `--resolved`, what a command would use. No secret is fetched for it.
 *
 * @throws SgidError `ERR_PROFILE`, `ERR_FILE`, `ERR_CREDENTIALS_FILE`, `ERR_USAGE`
 */
export async function runProfileShow(
  name: string | undefined,
  options: ProfileShowOptions,
  context: CommandContext,
): Promise<void> {
  const document = options.resolved
    ? await explain(name, options, context)
    : await describe(name, options, context);
  await writeStandardOutput(renderJson(document), context.platform.terminal);
}

async function describe(
  asked: string | undefined,
  { credentials, dotenv }: ProfileShowOptions,
  { platform, diagnostics }: CommandContext,
): Promise<object> {
  if (credentials !== undefined || dotenv !== undefined) {
    throw usageError('--credentials and --dotenv need --resolved', 'Add --resolved, or leave them out.');
  }
  const store = createProfileStore(platform.configFolder);
  const findings = createFindings();
  const chosen = await chooseProfile(asked, platform.env, store, findings);
  for (const notice of findings.notices) diagnostics.warn(notice);
  if (chosen === undefined) {
    throw new SgidError('ERR_PROFILE', 'no profile is chosen', {
      step: 'config',
      hint: 'Name one, or choose one for all commands: sgid profile use <name>',
    });
  }
  const { name } = chosen;
  const { profile, path, notices } = await store.read(name);
  for (const notice of notices) diagnostics.warn(notice);
  return { name, path, ...(await describeProfile(profile)) };
}

async function explain(
  asked: string | undefined,
  options: ProfileShowOptions,
  context: CommandContext,
): Promise<object> {
  const { diagnostics } = context;
  const flags = { ...options, ...(asked === undefined ? {} : { profile: asked }) };
  const settings = await openSettings(flags, openSettingsSources(context));
  for (const notice of settings.notices) diagnostics.warn(notice);
  warnOfBinding(settings.sources, diagnostics);
  const { profile = null } = settings.sources.find(({ kind }) => kind === 'profile') ?? {};
  return { name: profile, ...explainSettings(settings) };
}

/** What a command would refuse to do with these values. */
function warnOfBinding(sources: readonly CredentialSource[], diagnostics: Diagnostics): void {
  const { hostname, clientSecret } = findSettings(['hostname', 'clientSecret'], sources, createFindings());
  if (hostname === undefined || clientSecret === undefined) return;
  try {
    checkProviderBinding(hostname, clientSecret, sources);
  } catch (error) {
    if (!(error instanceof SgidError)) throw error;
    diagnostics.warn(error.message);
  }
}
