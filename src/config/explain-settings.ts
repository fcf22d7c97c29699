import { redact } from '../protocol/redact.ts';
import { type FoundValue, rankValues } from './credential-source.ts';
import { isPlainlyPath } from './key-or-path.ts';
import { SECRET_FIELDS } from './profile.ts';
import { SETTING_FIELDS } from './setting-values.ts';
import type { OpenSettings } from './settings.ts';

/** A value that a command would use, and where it comes from. */
export interface ExplainedValue {
  /** `(hidden)` for a secret, `null` when there is none. */
  readonly value: string | null;
  /** What the value comes from, for example `SGID_SCOPE in .env`. */
  readonly from: string | null;
  /** Where a profile has the secret from, for example `env:STAGING_SECRET`. */
  readonly source?: string;
  /** The file that holds the secret. */
  readonly file?: string;
  /** What else has a value, which is not used. */
  readonly overrides: readonly string[];
}

/** The values that a command uses. */
export type ExplainedField = keyof typeof SETTING_FIELDS;

/** Explains every setting by its sources. Fetches nothing and shows no secret, wherever it stands. */
export function explainSettings({
  sources,
  secrets,
}: Pick<OpenSettings, 'sources' | 'secrets'>): Readonly<Record<ExplainedField, ExplainedValue>> {
  const explain = (name: ExplainedField): ExplainedValue => {
    const [winner, ...others] = rankValues(sources, SETTING_FIELDS[name]);
    const overrides = others.map(({ origin }) => origin);
    if (winner === undefined) return { value: null, from: null, overrides };
    const from = winner.origin;
    return SECRET_FIELDS.some((secret) => secret === name)
      ? { value: HIDDEN, from, ...whereabouts(winner), overrides }
      : { value: redact(winner.text, secrets), from, overrides };
  };
  return {
    clientId: explain('clientId'),
    clientSecret: explain('clientSecret'),
    privateKey: explain('privateKey'),
    passphrase: explain('passphrase'),
    redirectUri: explain('redirectUri'),
    hostname: explain('hostname'),
    scope: explain('scope'),
  };
}

const HIDDEN = '(hidden)';

function whereabouts({ fetch, field, text }: FoundValue): Pick<ExplainedValue, 'source' | 'file'> {
  if (fetch) return { source: text };
  const isFile = field.endsWith('File') || field === 'privateKey';
  return isFile && isPlainlyPath(text) ? { file: text } : {};
}
