import { isRecord } from '../text/guards.ts';

/** A reply of a secret store that holds credentials inside of it, and how to ask for them alone. */
interface StoreReply {
  readonly store: string;
  readonly member: string;
  readonly command: string;
}

// Member names as the documentation of each store has them.
const STORES: readonly (StoreReply & {
  readonly isReply: (json: Readonly<Record<string, unknown>>) => boolean;
})[] = [
  {
    store: 'AWS Secrets Manager',
    member: 'SecretString',
    command: 'aws secretsmanager get-secret-value --secret-id <id> --query SecretString --output text',
    isReply: (json) => 'SecretString' in json || 'SecretBinary' in json,
  },
  {
    store: 'HashiCorp Vault',
    member: 'data.data',
    command: 'vault kv get -format=json <path> | jq .data.data',
    isReply: (json) => 'lease_id' in json || (isRecord(json['data']) && isRecord(json['data']['data'])),
  },
  {
    store: 'Google Secret Manager',
    member: 'payload.data',
    command: 'gcloud secrets versions access latest --secret=<name>',
    isReply: (json) => isRecord(json['payload']) && 'data' in json['payload'],
  },
  {
    store: 'Azure Key Vault',
    member: 'value',
    command: 'az keyvault secret show --id <id> --query value --output tsv',
    isReply: (json) => typeof json['value'] === 'string' && /vault\.azure/.test(String(json['id'])),
  },
  {
    store: 'Kubernetes',
    member: 'data',
    command: "kubectl get secret <name> -o json | jq '.data | map_values(@base64d)'",
    isReply: (json) => json['kind'] === 'Secret' && 'apiVersion' in json,
  },
  {
    store: '1Password',
    member: 'fields',
    command: "op item get <item> --format json | jq '.fields | map({(.label): .value}) | add'",
    isReply: (json) => Array.isArray(json['fields']) && 'vault' in json,
  },
  {
    store: 'Doppler',
    member: 'computed',
    command: 'doppler secrets download --no-file --format json',
    isReply: (json) =>
      Object.values(json).some((value) => isRecord(value) && 'computed' in value && 'raw' in value),
  },
];

/** The secret store that a JSON object comes from as it is, with its own members around the credentials. */
export function findSecretStore(json: unknown): StoreReply | undefined {
  return isRecord(json) ? STORES.find(({ isReply }) => isReply(json)) : undefined;
}
