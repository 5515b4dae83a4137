import { type Binding, type Bindings, bindingsSchema } from '@trunkline/contracts/bindings';
import { bindingsKey, buckets } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import type { Nonces } from '@trunkline/policy/nonces';
import type { PolicyIndex } from '@trunkline/policy/policy-index';
import { authenticateRegister } from '@trunkline/policy/registrar-authenticate';
import { registrarExpires, updateBindings } from '@trunkline/policy/registrar-update';
import type { Bucket, Bus, Change, Subscription } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { SourceConduct } from '../admission/source-conduct.ts';
import type { IncomingRegister } from './incoming-register.ts';
import { RegisterLimits } from './register-limits.ts';

export interface RegistrarParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policy: PolicyIndex;
  readonly policyReady: () => boolean;
  readonly nonces: Nonces;
  /** REGISTERs a second of one source address. */
  readonly per_source_s: number;
  /** Absent: nobody is banned. */
  readonly conduct?: SourceConduct;
}

/** Entries whose bindings have all run out are removed this often. */
const sweep_ms = 60_000;

/**
 * RFC 3261 §10.3: agents' runtimes, and carriers of trunks that register with us. Bindings are shared over KV `bindings`, so a call is sent
 * to them from whichever edge it came to.
 */
export class Registrar {
  readonly #parts: RegistrarParts;
  readonly #limits: RegisterLimits;
  /** As all edges know them. */
  readonly #known = new Map<string, Bindings>();
  #bucket: Bucket | null = null;
  #watch: Subscription | null = null;
  #timer: Timer | null = null;

  constructor(parts: RegistrarParts) {
    this.#parts = parts;
    this.#limits = new RegisterLimits(parts.clock, parts.per_source_s);
  }

  async start(): Promise<void> {
    this.#bucket = await this.#parts.bus.bucket(buckets.bindings);
    this.#watch = await this.#bucket.watch(
      (change) => this.#heard(change),
      () => undefined,
    );
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#watch?.stop();
  }

  /** Everybody who has registered, by key. */
  *bindings(): Iterable<readonly [key: string, bindings: readonly Binding[]]> {
    for (const [key, { bindings }] of this.#known) yield [key, bindings];
  }

  /** Addresses-of-record with a binding. */
  get size(): number {
    return this.#known.size;
  }

  receive(incoming: IncomingRegister): void {
    const { policy, policyReady, nonces, clock, logger } = this.#parts;
    if (!policyReady()) return incoming.respond(503, 'Service Unavailable', { 'Retry-After': '5' });
    const { address, to_user } = incoming;
    const wait_s = this.#limits.take(address, to_user);
    if (wait_s !== undefined) return incoming.respond(503, 'Too Many Requests', { 'Retry-After': String(wait_s) });
    // An unknown user and a wrong password get the same answer, and so does a right one after too many wrong ones.
    if (this.#limits.isShutOut(address, to_user)) return incoming.respond(403, 'Forbidden', {});
    const now = clock.now();
    const registrant = authenticateRegister(incoming, policy, nonces, now);
    if (registrant.kind === 'challenge') {
      return incoming.challenge(registrant.www_authenticate);
    }
    if (registrant.kind === 'refused') {
      if (registrant.status === 403) this.#failed(incoming, now);
      logger.info('A REGISTER was refused', { status: registrant.status, address: incoming.address });
      return incoming.respond(registrant.status, registrant.reason, {});
    }
    if (incoming.request === null) return incoming.respond(400, 'Bad Request', {});
    const { principal } = registrant;
    this.#parts.conduct?.proved(address, now);
    const key = bindingsKey(principal);
    const present = this.#known.get(key)?.bindings ?? [];
    const result = updateBindings(present, incoming.request, now);
    if (result.kind === 'refused') {
      const more = result.status === 423 ? { 'Min-Expires': String(registrarExpires.least) } : {};
      return incoming.respond(result.status, result.reason, more);
    }
    const { id, account, kind } = principal;
    const bindings = [...result.bindings];
    const { path = [] } = incoming.request;
    // RFC 3327 §5.3: so that who registers knows which way requests will come.
    const told = path.length === 0 ? {} : { Path: path.join(', ') };
    const answer = (): void => incoming.respond(200, 'OK', { ...contactHeader(bindings, now), ...told });
    const isQuestion = incoming.request.contacts !== '*' && incoming.request.contacts.length === 0;
    if (isQuestion) return answer();
    if (present.length === 0 || bindings.length === 0) {
      logger.info('Somebody registered or left', { kind, id, contacts: bindings.length, address: incoming.address });
    }
    this.#set(key, { kind, id, account, bindings });
    // §10.3 step 8 comes after the change is made; while NATS is away it is made on this edge alone, until the next refresh.
    void this.#write(key).then(answer);
  }

  /** A wrong password, or an unknown user, to a challenge that was for this address. */
  #failed({ address, to_user, ban }: IncomingRegister, now: Instant): void {
    this.#limits.refused(address, to_user);
    const { conduct } = this.#parts;
    conduct?.failed(address, now);
    const ban_s = conduct?.sentence(address, now);
    if (ban_s !== undefined) ban?.(ban_s);
  }

  #set(key: string, entry: Bindings): void {
    if (entry.bindings.length === 0) this.#known.delete(key);
    else this.#known.set(key, entry);
    this.#parts.policy.setBindings(key, entry.bindings);
  }

  async #write(key: string): Promise<void> {
    const entry = this.#known.get(key);
    try {
      if (entry === undefined) await this.#bucket?.delete(key);
      else await this.#bucket?.put(key, JSON.stringify(entry));
    } catch (error) {
      this.#parts.logger.warn('A registration could not be shared with the other edges', { key, error });
    }
  }

  #heard(change: Change): void {
    const entry = change.kind === 'put' ? readBindings(change.value) : undefined;
    if (entry !== undefined) return this.#set(change.key, entry);
    this.#known.delete(change.key);
    this.#parts.policy.setBindings(change.key, []);
  }

  #sweepLater(): void {
    this.#timer = this.#parts.clock.after(sweep_ms, () => {
      const now = this.#parts.clock.now();
      for (const [key, entry] of this.#known) {
        if (entry.bindings.some(({ expires_at }) => expires_at > now)) continue;
        this.#set(key, { ...entry, bindings: [] });
        void this.#write(key);
      }
      this.#sweepLater();
    });
  }
}

/** RFC 3261 §10.3 step 8: every binding with the time that is left. */
function contactHeader(bindings: readonly Binding[], now: Instant): Record<string, string> {
  if (bindings.length === 0) return {};
  const one = ({ contact, q, expires_at }: Binding): string =>
    `<${contact}>;expires=${Math.max(0, Math.round((expires_at - now) / 1_000))};q=${q}`;
  return { Contact: bindings.map(one).join(', ') };
}

function readBindings(text: string): Bindings | undefined {
  try {
    return bindingsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
