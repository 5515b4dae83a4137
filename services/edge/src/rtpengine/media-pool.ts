import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { MediaRelay } from '../call/media.ts';
import { chooseNode } from './choose-node.ts';
import { MediaNode } from './media-node.ts';
import type { NgControl } from './ng-control.ts';
import { RtpengineSession, type SessionNodes } from './rtpengine-session.ts';

export interface MediaPoolParts {
  readonly nodes: readonly { readonly name: string; readonly weight: number; readonly control: NgControl }[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** A call in which nobody sends for so long has lost its audio. */
  readonly silent_ms: number;
}

/** The media relay on several rtpengines. */
export interface MediaPool extends MediaRelay {
  readonly nodes: readonly MediaNode[];
  /** A reason why no call can have media now. */
  readonly fault: string | undefined;
  start(): void;
  stop(): void;
}

/** Each call is looked at so many times in the time that makes it a silent one. */
const looksPerSilence = 6;
const minSweep_ms = 500;
/** Questions under way at once: rtpengine answers them between packets. */
const maxQuestions = 20;

export function createMediaPool(parts: MediaPoolParts): MediaPool {
  const { clock, logger, silent_ms } = parts;
  const nodes = parts.nodes.map((node) => new MediaNode({ ...node, clock, logger }));
  const sessions = new Set<RtpengineSession>();
  const sweep_ms = Math.max(minSweep_ms, silent_ms / looksPerSilence);
  let timer: Timer | null = null;
  let isStopped = false;

  const choice: SessionNodes = {
    choose: (except) => chooseNode(nodes.filter((node) => !except.has(node))),
    hasOther: (than) => nodes.some((node) => !than.has(node) && node.isUp),
    now: () => clock.now(),
  };
  /** Costs by the call and by the time, never by the packet. */
  async function sweep(): Promise<void> {
    const waiting = [...sessions];
    const ask = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined && !isStopped; next = waiting.pop())
        await next.sweep(silent_ms);
    };
    await Promise.all(Array.from({ length: maxQuestions }, ask));
    if (!isStopped) timer = clock.after(sweep_ms, () => void sweep());
  }
  return {
    nodes,
    get fault() {
      return nodes.some(({ isUp }) => isUp) ? undefined : 'no rtpengine answers';
    },
    open(call, profile, listener) {
      const session: RtpengineSession = new RtpengineSession(choice, call, profile, listener, () =>
        sessions.delete(session),
      );
      sessions.add(session);
      return session;
    },
    start() {
      for (const node of nodes) node.watch();
      timer = clock.after(sweep_ms, () => void sweep());
    },
    stop() {
      isStopped = true;
      timer?.cancel();
      for (const node of nodes) node.stop();
    },
  };
}
