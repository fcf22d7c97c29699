import type { KeyObject } from 'node:crypto';
import { DEFAULT_HOSTNAME } from '../protocol/endpoints.ts';
import { DEFAULT_SCOPE } from '../protocol/scopes.ts';
import type { CredentialField } from './credential-fields.ts';

/** The values that a command may need. */
export interface SettingValues {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: KeyObject;
  /** As registered, character by character. */
  readonly redirectUri: string;
  /** An origin, for example `https://api.id.gov.sg`. */
  readonly hostname: string;
  /** Scope names, separated by single spaces. */
  readonly scope: string;
}

/** The name of a setting. */
export type SettingName = keyof SettingValues;

/** The names of all settings, in the order in which they are looked for. */
export const SETTING_NAMES = [
  'clientId',
  'clientSecret',
  'privateKey',
  'redirectUri',
  'hostname',
  'scope',
] as const satisfies readonly SettingName[];

/**
 * The fields of a source that can hold a setting, or the passphrase of the private key. The first one that is there
 * counts: a secret itself goes before the name of a file that holds it.
 */
export const SETTING_FIELDS = {
  clientId: ['clientId'],
  clientSecret: ['clientSecret', 'clientSecretFile'],
  privateKey: ['privateKey', 'privateKeyFile'],
  passphrase: ['passphrase'],
  redirectUri: ['redirectUri'],
  hostname: ['hostname'],
  scope: ['scope'],
} as const satisfies Readonly<Record<SettingName | 'passphrase', readonly CredentialField[]>>;

/** The values of settings that need not be given. */
export const DEFAULTS: Readonly<Partial<Record<CredentialField, string>>> = {
  hostname: DEFAULT_HOSTNAME,
  scope: DEFAULT_SCOPE,
};
