import type { RegistrationState, TrunkState } from '@trunkline/contracts/events/trunk-state';
import { edgeIdSchema } from '@trunkline/contracts/ids';
import { buckets, trunkKey, trunksStream } from '@trunkline/contracts/nats-map';
import type { Trunk } from '@trunkline/contracts/trunk';
import type { Answer, Requester, RequestSpec } from '@trunkline/edge/trunks/requester';
import { TrunkKeeper } from '@trunkline/edge/trunks/trunk-keeper';
import { createPolicyIndex, type PolicyIndex } from '@trunkline/policy/policy-index';
import { contactUserOf } from '@trunkline/policy/registration-of';
import type { Clock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import { countingIds } from '@trunkline/testkit/counting-ids';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus, type MemoryBus } from '@trunkline/testkit/memory-bus';
import { aTrunk, openSecret, places } from './language/configuration.ts';

/** What a gateway of a story answers; null is silence until the request times out. */
export type Reply = {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
} | null;

/** RFC 3261 §17.1.2.2, timer F. */
const timerF_ms = 32_000;

export interface Sent extends RequestSpec {
  readonly at: number;
  /** Seconds of the Contact. */
  readonly expires: number | null;
  /** `host:port` of the Request-URI. */
  readonly place: string;
}

/** The world as the trunk keepers of one or several edges see it: gateways that answer by script, one bus, one clock. */
export class RegisterWorld implements Requester {
  readonly clock: FakeClock = createFakeClock();
  readonly bus: MemoryBus = createMemoryBus();
  readonly sent: Sent[] = [];
  readonly impossible: string[] = [];
  /** By `host:port`. */
  readonly replies = new Map<string, (request: Sent) => Reply>();
  isConnected = true;
  readonly #keepers = new Map<
    string,
    { readonly keeper: TrunkKeeper; readonly policy: PolicyIndex; isAlive: boolean }
  >();
  #revision = 0;

  request(spec: RequestSpec, done: (answer: Answer) => void): void {
    const place = /^sip:(?:[^@;]*@)?([^;]+)/.exec(spec.uri)?.[1] ?? '';
    const expires = spec.method === 'REGISTER' ? Number(spec.headers['Expires']) : null;
    const sent: Sent = { ...spec, at: this.clock.now(), expires, place };
    this.sent.push(sent);
    const reply = this.replies.get(place)?.(sent) ?? null;
    const answer: Answer =
      reply === null
        ? { kind: 'none', cause: 'no-answer', reason: 'No answer (408)' }
        : { kind: 'response', reason: '', header: headerOf(reply.headers), ...reply };
    this.clock.after(reply === null ? timerF_ms : 5, () => done(answer));
  }

  async edge(
    name: string,
    trunks: readonly Trunk[],
    rates = { registers: 1_000, probes: 1_000 },
  ): Promise<TrunkKeeper> {
    const edge = edgeIdSchema.parse(name);
    const contactUser = (key: string): string => contactUserOf(Buffer.from(key).toString('hex').slice(-32));
    const policy = createPolicyIndex({ openSecret, contactUser });
    for (const trunk of trunks) policy.putTrunk(trunk, ++this.#revision);
    await this.bus.ensureStream(trunksStream);
    const mortal: Clock = {
      now: () => this.clock.now(),
      after: (delay_ms, run) => this.clock.after(delay_ms, () => (entry.isAlive ? run() : undefined)),
    };
    const keeper = new TrunkKeeper({
      ...{ bus: this.bus, clock: mortal, ids: countingIds(1_000_000 * (this.#keepers.size + 1)), policy, contactUser },
      chance: () => 0.5,
      logger: silentLogger,
      policyReady: () => true,
      requester: this,
      connected: () => this.isConnected,
      publish: ({ subject, payload, msg_id }) => void this.bus.publish(subject, payload, msg_id),
      isDraining: () => false,
      onImpossible: (phase, event) => this.impossible.push(`${phase} × ${event}`),
      settings: { edge, expires_s: 3_600, registers_per_second: rates.registers, probes_per_second: rates.probes },
    });
    const entry = { keeper, policy, isAlive: true };
    this.#keepers.set(name, entry);
    const beat = async (): Promise<void> => {
      if (!entry.isAlive) return;
      const at = this.clock.now();
      const heartbeat = { edge, at, started_at: at, applied: { trunks: 0, agents: 0 }, calls: 0, draining: false };
      const bucket = await this.bus.bucket(buckets.edges);
      // While NATS is away a beat is lost, and the next one comes all the same.
      await bucket.put(edge, JSON.stringify(heartbeat)).catch(() => undefined);
      this.clock.after(2_000, () => void beat());
    };
    await beat();
    await keeper.start();
    await this.passes(200);
    return keeper;
  }

  policyOf(name: string): PolicyIndex {
    const entry = this.#keepers.get(name);
    if (entry === undefined) throw new Error(`no edge ${name}`);
    return entry.policy;
  }

  /** Its process is gone from one moment to the next: it tells nothing, and no timer of it runs any more. */
  dies(name: string): void {
    const entry = this.#keepers.get(name);
    if (entry !== undefined) entry.isAlive = false;
    this.#keepers.delete(name);
  }

  put(name: string, trunk: Trunk): void {
    const entry = this.#keepers.get(name);
    entry?.policy.putTrunk(trunk, ++this.#revision);
    entry?.keeper.wake();
  }

  remove(name: string, trunk: Trunk): void {
    const entry = this.#keepers.get(name);
    entry?.policy.removeTrunk(trunkKey(trunk.account, trunk.id));
    entry?.keeper.wake();
  }

  async passes(delay_ms: number): Promise<void> {
    await this.clock.advanceAsync(delay_ms);
  }

  async stateOf(trunk: Trunk): Promise<TrunkState | undefined> {
    const entry = await (await this.bus.bucket(buckets.registrations)).get(trunkKey(trunk.account, trunk.id));
    return entry === undefined ? undefined : JSON.parse(entry.value);
  }

  async registrationOf(trunk: Trunk): Promise<RegistrationState | null | undefined> {
    return (await this.stateOf(trunk))?.registration;
  }

  registers(place?: string): readonly Sent[] {
    return this.sent.filter((each) => each.method === 'REGISTER' && (place === undefined || each.place === place));
  }

  options(place: string): readonly Sent[] {
    return this.sent.filter((each) => each.method === 'OPTIONS' && each.place === place);
  }

  /** Types of the events told so far. */
  told(): readonly string[] {
    return this.bus.published().map(({ payload }) => (JSON.parse(payload) as { type: string }).type);
  }
}

function headerOf(headers: Readonly<Record<string, string>> = {}): (name: string) => string | undefined {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => lower.get(name.toLowerCase());
}

export const ok = (expires = 3_600): Reply => ({ status: 200, reason: 'OK', headers: { Expires: String(expires) } });

/** A registrar with digest: 401, then 200 for the right user. */
export function registrar(
  options: { readonly expires?: number; readonly algorithm?: string; readonly nonce?: () => string } = {},
) {
  const { expires, algorithm = 'MD5', nonce = () => 'n1' } = options;
  return (request: Sent): Reply => {
    if (request.method === 'OPTIONS') return { status: 200 };
    const authorization = request.headers['Authorization'] ?? '';
    if (authorization.includes(`nonce="${nonce()}"`)) return ok(expires ?? request.expires ?? 0);
    const stale = authorization === '' ? '' : ', stale=true';
    const challenge = `Digest realm="carrier", nonce="${nonce()}", algorithm=${algorithm}, qop="auth"${stale}`;
    return { status: 401, headers: { 'WWW-Authenticate': challenge } };
  };
}

export const first = `${places.carrier}:5060`;
export const second = `${places.secondGateway}:5060`;
export const credentials = { username: 'alice', password: 'wonderland' };
const id = '01J00000000000000000000001';
/** A trunk with one gateway, always the same one. */
export const registering = (change: Partial<Trunk> = {}, password = credentials.password): Trunk => ({
  ...aTrunk({ id, credentials: { ...credentials, password }, gateways: [places.carrier] }),
  registration: 'we-register',
  ...change,
});
/** The gateways of a trunk with two. */
export const two = (): Pick<Trunk, 'gateways'> => ({ gateways: aTrunk().gateways });
