import type { Flow } from '../transport/transport.ts';

/** One address of a name that a request was sent to, and what became of it there. */
export interface Tried {
  readonly flow: Pick<Flow, 'transport' | 'remote'>;
  /** For how long, in milliseconds. */
  readonly ms: number;
  /** Null where no response came. */
  readonly status: number | null;
  readonly reason: string;
}
