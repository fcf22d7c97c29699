import { createProfileStore, type ProfileStore } from '../../config/profile-store.ts';
import { DEFAULT_HOSTNAME } from '../../protocol/endpoints.ts';
import { SgidError, usageError } from '../../protocol/errors.ts';
import { toPrintable } from '../../protocol/printable.ts';
import type { CommandContext } from '../command-context.ts';
import type { ProfileListOptions, ProfileUseOptions } from '../commands/profile.ts';
import type { Diagnostics } from '../output/diagnostics.ts';
import { renderJson } from '../output/render-json.ts';
import { renderTable } from '../output/render-table.ts';
import { writeStandardOutput } from '../output/standard-output.ts';

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
