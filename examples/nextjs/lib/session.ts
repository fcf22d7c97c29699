import 'server-only';
import { randomBytes } from 'node:crypto';
import { cookies } from 'next/headers';
import type { ParsedSgidData } from 'sgid-cli';
import type { SCOPE } from './sgid';

interface Attempt {
  readonly state: string;
  readonly nonce: string | undefined;
  readonly codeVerifier: string;
}

interface Session {
  attempts: readonly Attempt[];
  readonly person?: { readonly sub: string; readonly claims: ParsedSgidData<typeof SCOPE> };
}

const COOKIE = 'session';
const ONE_HOUR = 60 * 60;

// In the memory of this process, for its pages and route handlers alike: for production put a database in its place.
const shared = globalThis as typeof globalThis & { sessions?: Map<string, Session> };
shared.sessions ??= new Map();
const { sessions } = shared;

export async function findSession(): Promise<Session | undefined> {
  return sessions.get((await cookies()).get(COOKIE)?.value ?? '');
}

/** Ends the session that there is, and begins one under a new id: an id from before the login opens nothing. */
export async function beginSession(session: Session): Promise<Session> {
  await endSession();
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, session);
  setTimeout(() => sessions.delete(id), ONE_HOUR * 1000).unref();
  const secure = process.env.SGID_REDIRECT_URI?.startsWith('https:') ?? true;
  (await cookies()).set(COOKIE, id, { httpOnly: true, sameSite: 'lax', secure, maxAge: ONE_HOUR });
  return session;
}

export async function endSession(): Promise<void> {
  const store = await cookies();
  sessions.delete(store.get(COOKIE)?.value ?? '');
  store.delete(COOKIE);
}
