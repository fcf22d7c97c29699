import type { SgidErrorCode } from '../../errors/sgid-error.ts';
import { CALLBACK } from './callback.ts';
import { CREDENTIALS } from './credentials.ts';
import { DECRYPTION } from './decryption.ts';
import type { Explanation } from './explanation.ts';
import { ID_TOKEN } from './id-token.ts';
import { LISTENER } from './listener.ts';
import { NETWORK } from './network.ts';
import { PRIVATE_KEY } from './private-key.ts';
import { PROGRAM } from './program.ts';
import { REFUSALS } from './refusals.ts';
import { SETTINGS } from './settings.ts';

/** The long text for every error code. A new code needs an entry in one of the files imported here. */
export const EXPLANATIONS: Readonly<Record<SgidErrorCode, Explanation>> = {
  ...PROGRAM,
  ...CREDENTIALS,
  ...SETTINGS,
  ...PRIVATE_KEY,
  ...REFUSALS,
  ...NETWORK,
  ...CALLBACK,
  ...ID_TOKEN,
  ...DECRYPTION,
  ...LISTENER,
};
