import type { Instant } from '@trunkline/contracts/time';

export interface SourceConductParts {
  /** Carriers and agents that are known by their address are never banned. */
  readonly isKnown: (address: string) => boolean;
  /** Failures within {@link window_ms} that make a ban; 0: nobody is ever banned. */
  readonly failures: number;
  readonly ban_s: number;
  readonly onBan: (address: string, failures: number) => void;
}

const window_ms = 60_000;
/** Behind one address are many telephones: where one of them has proven a password of late, the others are left alone. */
const good_ms = 3_600_000;
/** The address known longest is forgotten. */
const maxSources = 20_000;

/**
 * How sources behave that we do not know: whoever fails too often is to be banned at the SIP server. Only failures count whose
 * source is who it seems to be: one that answered a challenge for its address, or has a connection. The source of a bare datagram
 * can be made up, and then anybody could have anybody banned.
 */
export class SourceConduct {
  readonly #parts: SourceConductParts;
  readonly #failed = new Map<string, { since: Instant; count: number }>();
  readonly #good = new Map<string, Instant>();

  constructor(parts: SourceConductParts) {
    this.#parts = parts;
  }

  /** It has proven a password. */
  proved(address: string, now: Instant): void {
    this.#failed.delete(address);
    put(this.#good, address, now);
  }

  failed(address: string, now: Instant): void {
    if (this.#parts.failures === 0) return;
    const known = this.#failed.get(address);
    if (known !== undefined && now - known.since <= window_ms) known.count += 1;
    else put(this.#failed, address, { since: now, count: 1 });
  }

  /** For how many seconds the source is to be banned, told once; undefined when it is not. */
  sentence(address: string, now: Instant): number | undefined {
    const { failures, ban_s, isKnown, onBan } = this.#parts;
    const { count = 0 } = this.#failed.get(address) ?? {};
    if (failures === 0 || count < failures) return undefined;
    const good_at = this.#good.get(address);
    if (isKnown(address) || (good_at !== undefined && now - good_at <= good_ms)) return undefined;
    this.#failed.delete(address);
    onBan(address, count);
    return ban_s;
  }

  get size(): number {
    return this.#failed.size + this.#good.size;
  }
}

function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > maxSources ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
