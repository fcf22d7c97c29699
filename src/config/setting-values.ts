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

/** The name of one of them. */
export type SettingName = keyof SettingValues;

/** The names of them all, in the order in which they are looked for. */
export const SETTING_NAMES = [
  'clientId',
  'clientSecret',
  'privateKey',
  'redirectUri',
  'hostname',
  'scope',
] as const satisfies readonly SettingName[];

/**
 * The fields that can hold each of them, and the passphrase that goes with the private key, the preferred one first:
 * a secret may stand in a file of its own.
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

/** Those that need not be given. */
export const DEFAULTS: Readonly<Partial<Record<CredentialField, string>>> = {
  hostname: DEFAULT_HOSTNAME,
  scope: DEFAULT_SCOPE,
};
