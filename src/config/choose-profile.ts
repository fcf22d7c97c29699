import { errorCode } from '../platform/node-error.ts';
import { SgidError } from '../protocol/errors.ts';
import type { Findings } from './findings.ts';
import type { ProfileStore } from './profile-store.ts';

/** What a profile is chosen by. */
export type ProfileChooser = '--profile' | 'SGID_PROFILE' | 'sgid profile use';

/** The profile in use. */
export interface ChosenProfile {
  readonly name: string;
  readonly by: ProfileChooser;
}

/**
 * Chooses a profile: the one that is asked for by name, else that of `SGID_PROFILE`, else the current one.
 *
 * @param env The environment alone: a `.env` in some folder chooses no profile.
 * @throws SgidError `ERR_PROFILE`, `ERR_FILE`
 */
export async function chooseProfile(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  store: ProfileStore,
  findings: Findings,
): Promise<ChosenProfile | undefined> {
  const variable = env['SGID_PROFILE'];
  if (asked === '') findings.notices.add('--profile is set but empty');
  if (asked) return { name: asked, by: '--profile' };
  if (variable === '') findings.notices.add('SGID_PROFILE is set but empty');
  if (variable) return { name: variable, by: 'SGID_PROFILE' };
  const current = await readCurrent(store, findings);
  return current === undefined ? undefined : { name: current, by: 'sgid profile use' };
}

/** A folder that may not be read is a failure only for somebody who asks for what is in it. */
async function readCurrent(store: ProfileStore, findings: Findings): Promise<string | undefined> {
  try {
    return await store.current();
  } catch (error) {
    const denied = error instanceof SgidError && ['EACCES', 'EPERM'].includes(errorCode(error.cause) ?? '');
    if (!denied) throw error;
    findings.notices.add(`no profile is used: ${error.message}`);
    return undefined;
  }
}
