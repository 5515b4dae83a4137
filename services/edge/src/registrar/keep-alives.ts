import type { Binding } from '@trunkline/contracts/bindings';
import type { Instant } from '@trunkline/contracts/time';
import type { Chance } from '@trunkline/policy/order-gateways';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Requester } from '../trunks/requester.ts';

export interface KeepAliveParts {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Random bytes in hex. */
  readonly hex: (bytes: number) => string;
  readonly requester: Requester;
  /** Everybody who has registered, on whichever edge, by key. */
  readonly bindings: () => Iterable<readonly [key: string, bindings: readonly Binding[]]>;
  /** Of several edges one keeps the way to a binding open. */
  readonly isOurs: (key: string) => boolean;
}

const tick_ms = 1_000;
/** NATs forget UDP after 30 s at the soonest (RFC 5626 §4.4.2), connections after minutes (§4.4.1). */
const interval_ms = { datagram: 25_000, stream: 100_000 } as const;
const spread = 0.2;
/** Bindings that are kept open; the others have to do it themselves. */
const maxKept = 100_000;

interface Kept {
  readonly call_id: string;
  cseq: number;
  due_at: number;
  isAsking: boolean;
}

/**
 * Keeps the way open to those who have registered from behind a NAT: an OPTIONS on the way of a call now and then, whatever they
 * answer (RFC 5626 §3.5 asks it of clients, and many do not).
 */
export class KeepAlives {
  readonly #parts: KeepAliveParts;
  #kept = new Map<string, Kept>();
  #timer: Timer | null = null;

  constructor(parts: KeepAliveParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = this.#parts.clock.after(tick_ms, () => {
      this.#look();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Bindings whose way this edge keeps open. */
  get size(): number {
    return this.#kept.size;
  }

  #look(): void {
    const { clock, bindings, isOurs } = this.#parts;
    const now = clock.now();
    const kept = new Map<string, Kept>();
    for (const [key, all] of bindings()) {
      const behindNat = all.filter(({ next_hop, expires_at }) => next_hop !== null && expires_at > now);
      if (behindNat.length === 0 || kept.size >= maxKept || !isOurs(key)) continue;
      for (const binding of behindNat) kept.set(`${key} ${binding.contact}`, this.#keep(key, binding, now));
    }
    this.#kept = kept;
  }

  #keep(key: string, binding: Binding, now: Instant): Kept {
    const known = this.#kept.get(`${key} ${binding.contact}`);
    const kept = known ?? {
      call_id: this.#parts.hex(16),
      cseq: 0,
      due_at: now + this.#delay_ms(binding),
      isAsking: false,
    };
    if (now >= kept.due_at && !kept.isAsking) {
      kept.due_at = now + this.#delay_ms(binding);
      this.#ask(binding, kept);
    }
    return kept;
  }

  #delay_ms({ next_hop }: Binding): number {
    const isStream = /;transport=(?!udp)/i.test(next_hop ?? '');
    const usual_ms = isStream ? interval_ms.stream : interval_ms.datagram;
    return usual_ms * (1 - spread * this.#parts.chance());
  }

  #ask({ contact, next_hop }: Binding, kept: Kept): void {
    const { hex, requester } = this.#parts;
    kept.cseq += 1;
    kept.isAsking = true;
    const headers = {
      From: `<sip:ping@localhost>;tag=${hex(6)}`,
      To: `<${contact}>`,
      'Call-ID': kept.call_id,
      CSeq: `${kept.cseq} OPTIONS`,
    };
    requester.request({ method: 'OPTIONS', uri: contact, headers, ...(next_hop === null ? {} : { next_hop }) }, () => {
      kept.isAsking = false;
    });
  }
}
