import { usageError } from '../errors/sgid-error.ts';
import type { HttpExchange } from '../oidc/journal.ts';
import { endpointsOf } from '../sgid/endpoints.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { quoteValue } from '../text/printable.ts';
import { type MockClient, registerClient } from './clients.ts';
import { ENCRYPTION_PROFILES } from './encryption.ts';
import { type QueuedFault, validateFault } from './faults.ts';
import { GrantStore } from './grants.ts';
import { createHooks, type Interceptor } from './intercept.ts';
import { KeyRing, type SigningKey } from './key-ring.ts';
import { PERSONAS, type Persona } from './personas.ts';
import { validateProviderOrigin } from './provider-origin.ts';
import { MockQueue } from './queue.ts';
import { ReplyQueue } from './replies.ts';
import { RequestLog } from './request-log.ts';

export interface MockProviderOptions {
  readonly hostname: string;
  readonly clients: readonly MockClient[];
  /** The people who can log in; by default the built-in ones. */
  readonly personas?: readonly Persona[] | undefined;
  /** The id of a persona that every authorization request is granted to at once, without a page. */
  readonly approve?: string | undefined;
  /** Faults that are there from the start. */
  readonly faults?: readonly QueuedFault[] | undefined;
  /** The encryption of userinfo; that of the official SDK's fixtures by default. */
  readonly jwe?: keyof typeof ENCRYPTION_PROFILES | undefined;
  /**
   * At least 16 bytes. Makes codes and tokens self-contained, so that every provider with this secret takes
   * them. All else stays with each process: that a code works once, what is queued, rotated keys, the clock
   * and the log.
   */
  readonly secret?: Uint8Array | undefined;
  /** What ID tokens are signed with; a published test key by default. */
  readonly signingKey?: SigningKey | undefined;
  /**
   * Does what OpenID Connect Core 1.0 demands beyond sgID: POST at the authorization and userinfo endpoints, `prompt`,
   * `id_token_hint`, and `max_age` with `auth_time`. Without it POST is refused, and these parameters are ignored.
   */
  readonly oidc?: boolean | undefined;
  /** Sees and changes requests, answers, ID tokens and userinfo. */
  readonly intercept?: Interceptor | undefined;
  /** How long every answer takes at least, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** Serves the control API under `/_mock`. */
  readonly control?: boolean | undefined;
  /** Milliseconds since the Unix epoch; the machine's clock by default. */
  readonly now?: (() => number) | undefined;
  readonly sleep?: ((milliseconds: number) => Promise<void>) | undefined;
  readonly onExchange?: ((exchange: AnsweredExchange) => void) | undefined;
}

/** `outcome` is why it was refused, or what came of it, in words. */
export type AnsweredExchange = HttpExchange & { readonly outcome?: string };

export type ProviderState = ReturnType<typeof createProviderState>;

/** All that it keeps is in memory and bounded. */
export function createProviderState(options: MockProviderOptions) {
  const { personas = PERSONAS, approve, faults = [], jwe = 'sdk', now = Date.now } = options;
  const clients = options.clients.map(registerClient);
  const personasById = indexBy(personas, 'persona', (persona) => persona.id);
  if (approve !== undefined) requirePersona(approve, personasById);
  if (!Object.hasOwn(ENCRYPTION_PROFILES, jwe)) {
    throw usageError(
      `unknown encryption profile ${JSON.stringify(jwe)}`,
      `Use one of: ${Object.keys(ENCRYPTION_PROFILES).join(', ')}.`,
    );
  }
  let clockOffset = 0;
  const clock = {
    now: () => now() + clockOffset,
    advance: (milliseconds: number) => {
      clockOffset += milliseconds;
    },
    reset: () => {
      clockOffset = 0;
    },
  };
  const sleeper = createSleeper();
  return {
    hostname: options.hostname,
    endpoints: endpointsOf(validateProviderOrigin(options.hostname)),
    clients: indexBy(clients, 'client', (client) => client.clientId),
    personas: personasById,
    approve,
    oidc: options.oidc === true,
    queue: new MockQueue(faults.map(({ name, times }) => validateFault(name, times))),
    replies: new ReplyQueue(),
    hooks: createHooks(options.intercept),
    grants: new GrantStore(clock.now, options.secret),
    keys: new KeyRing(options.signingKey),
    encryption: ENCRYPTION_PROFILES[jwe],
    clock,
    log: new RequestLog(clients.map((client) => client.clientSecret)),
    sleep: options.sleep ?? sleeper.sleep,
    wake: sleeper.wake,
  };
}

function indexBy<T>(items: readonly T[], kind: string, idOf: (item: T) => string): ReadonlyMap<string, T> {
  const index = new Map(items.map((item) => [idOf(item), item]));
  if (items.length === 0) {
    const hint = `Name a ${kind}, or omit the option to get the built-in ones.`;
    throw usageError(`the mock needs at least one ${kind}`, hint);
  }
  if (index.size === items.length) return index;
  const twice = items.map(idOf).find((id, position, ids) => ids.indexOf(id) !== position);
  const hint = 'Give each an id of its own.';
  throw usageError(`the mock has two ${kind}s with the id ${JSON.stringify(twice)}`, hint);
}

export function requirePersona(id: string, personas: ReadonlyMap<string, Persona>): void {
  if (personas.has(id)) return;
  const ids = [...personas.keys()];
  throw usageError(
    `unknown persona ${quoteValue(id)}`,
    didYouMean(id, ids) ?? `Use one of: ${ids.join(', ')}.`,
  );
}

/** How many wait at a time: fewer than a server has connections, so that slow answers lock nobody out. */
const MOST_WAITS = 512;

/** Waits that `wake` cuts short, so that slow answers do not hold up a server that closes. */
function createSleeper() {
  const waits = new Set<() => void>();
  let isAwake = false;
  return {
    sleep: (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        if (isAwake || waits.size >= MOST_WAITS) return resolve();
        const end = (): void => {
          clearTimeout(timer);
          waits.delete(end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds).unref();
        waits.add(end);
      }),
    /** Ends every wait, and every one that comes later: an answer on its way may have a second one before it. */
    wake: (): void => {
      isAwake = true;
      for (const end of [...waits]) end();
    },
  };
}
