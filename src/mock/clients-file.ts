import {
  checkUnique,
  type JsonNode,
  readEntries,
  readFields,
  readFilledText,
  readList,
  readText,
  report,
} from '../config/json-file.ts';
import { OPENID_SCOPE, SCOPES } from '../protocol/scopes.ts';
import { isRedirectUri, isScopeName, type MockClient, readPublicKey } from './client.ts';

const SHAPE =
  '[{"clientId": "...", "clientSecret": "a text", "redirectUris": ["http://localhost:5001/api/redirect"], ' +
  '"scopes": ["openid", "myinfo.name"], "publicKey": "-----BEGIN PUBLIC KEY-----\\n..."}]; ' +
  'without scopes a client may ask for all of them.';

/**
 * Reads a client file: a JSON list of `{clientId, clientSecret, redirectUris, scopes?, publicKey}`, or one such
 * object. Without `scopes` a client may ask for the whole catalogue.
 *
 * @param path For messages.
 * @throws SgidError `ERR_FILE` with the place of each problem, never a value.
 */
export function readClients(text: string, path: string): readonly MockClient[] {
  const places = new Map<string, string>();
  return readEntries({ text, path, shape: SHAPE }, (node) => {
    const field = readFields(node, ['clientId', 'clientSecret', 'redirectUris', 'scopes', 'publicKey']);
    if (field === undefined) return undefined;
    const clientId = readFilledText(field('clientId'));
    const clientSecret = readFilledText(field('clientSecret'));
    const redirectUris = readRedirectUris(field('redirectUris'));
    const scopes = readScopes(field('scopes'));
    const publicKey = readKey(field('publicKey'));
    if (clientId !== undefined) checkUnique(field('clientId'), clientId, places);
    if (clientId === undefined || clientSecret === undefined || publicKey === undefined) return undefined;
    return { clientId, clientSecret, redirectUris, scopes, publicKey };
  });
}

function readRedirectUris(node: JsonNode): readonly string[] {
  return readTexts(node, isRedirectUri, 'must be an absolute URI without a fragment');
}

function readScopes(node: JsonNode): readonly string[] {
  if (node.value === undefined) return SCOPES.map(({ name }) => name);
  const scopes = readTexts(node, isScopeName, 'must be the name of one scope, for example myinfo.name');
  if (scopes.length > 0 && !scopes.includes(OPENID_SCOPE)) report(node, 'must hold openid');
  return scopes;
}

function readKey(node: JsonNode): string | undefined {
  const pem = readText(node);
  if (pem === undefined) return undefined;
  const reading = readPublicKey(pem);
  if (!reading.ok) report(node, reading.problem);
  return pem;
}

/** The texts of a list, each of them judged. */
function readTexts(node: JsonNode, isUsable: (text: string) => boolean, rule: string): readonly string[] {
  return (readList(node) ?? []).flatMap((item) => {
    const text = readText(item);
    if (text === undefined) return [];
    if (!isUsable(text)) report(item, rule);
    return [text];
  });
}
