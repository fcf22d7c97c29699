import type { CredentialFlags } from '../../config/credential-sources.ts';
import type { SettingName } from '../../config/setting-values.ts';
import { openSettings, type Settings, type SettingsRequest } from '../../config/settings.ts';
import type { CommandContext } from '../command-context.ts';
import { openSettingsSources } from './settings-sources.ts';

/**
 * Reads the settings that a command needs, and says what there is to say about them.
 *
 * @param stdinUse What else reads standard input, for example `--transaction`.
 * @throws SgidError with step `config`, or `ERR_USAGE` when standard input is asked for twice.
 */
export async function readSettings<Needed extends SettingName, Optional extends SettingName = never>(
  request: SettingsRequest<Needed, Optional>,
  flags: CredentialFlags,
  context: CommandContext,
  stdinUse?: string,
): Promise<Settings<Needed, Optional>> {
  const opened = await openSettings(flags, openSettingsSources(context, stdinUse));
  const settings: Settings<Needed, Optional> = await opened.read(request);
  const { diagnostics } = context;
  for (const detail of settings.details) diagnostics.detail(detail);
  for (const [name, { origin }] of Object.entries(settings.found))
    diagnostics.detail(`${name} from ${origin}`);
  for (const notice of settings.notices) diagnostics.warn(notice);
  return settings;
}
