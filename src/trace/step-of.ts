import type { TraceStep } from './trace.ts';

/** How the paths of sgID v2 end. */
const PATHS: readonly (readonly [string, TraceStep])[] = [
  ['/oauth/authorize', 'authorize'],
  ['/oauth/token', 'token'],
  ['/oauth/userinfo', 'userinfo'],
  ['/.well-known/jwks.json', 'jwks'],
  ['/.well-known/openid-configuration', 'discovery'],
];

/** The step that a request belongs to, by its URL. */
export function stepOf(url: string, redirectUri: string | undefined): TraceStep {
  const target = addressOf(url);
  if (redirectUri !== undefined && target !== undefined && target === addressOf(redirectUri))
    return 'callback';
  return PATHS.find(([path]) => target?.endsWith(path))?.[1] ?? 'other';
}

/** A URL without its query and fragment. */
function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
