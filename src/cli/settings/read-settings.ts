import type { CredentialFlags } from '../../config/credential-sources.ts';
import {
  type PartialSettings,
  resolvePartialSettings,
  type SettingsRequest,
} from '../../config/partial-settings.ts';
import type { SettingName } from '../../config/setting-values.ts';
import type { CommandContext } from '../command-context.ts';
import { openSettingsSources } from './settings-sources.ts';

/**
 * Reads the settings that a step needs, and says what there is to say about them.
 *
 * @param stdinUse What else reads standard input, for example `--transaction`.
 * @throws SgidError as `resolvePartialSettings` does.
 */
export async function readSettings<Needed extends SettingName, Optional extends SettingName = never>(
  request: SettingsRequest<Needed, Optional>,
  flags: CredentialFlags,
  context: CommandContext,
  stdinUse?: string,
): Promise<PartialSettings<Needed, Optional>> {
  const settings = await resolvePartialSettings(request, flags, openSettingsSources(context, stdinUse));
  const { diagnostics } = context;
  for (const detail of settings.details) diagnostics.detail(detail);
  for (const [name, origin] of settings.origins) diagnostics.detail(`${name} from ${origin}`);
  for (const notice of settings.notices) diagnostics.warn(notice);
  return settings;
}
