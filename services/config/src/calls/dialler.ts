import type { CallId } from '@trunkline/contracts/ids';
import { hangupSubject, originateReplySchema, originateSubject } from '@trunkline/contracts/originate';
import type { Instant } from '@trunkline/contracts/time';
import { type Bus, BusDownError } from '@trunkline/runtime/bus';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import type { ExecutionStore } from '../store/store.ts';
import { applyEvent } from './apply-event.ts';
import { claim, type Task } from './claim.ts';
import type { Execution } from './execution.ts';
import { type ExecutionEvent, replyEvent } from './execution-event.ts';
import { originateRequest } from './originate-request.ts';

/** Between two looks at what is due: so late a scheduled call may be. */
const tick_ms = 1_000;
/** Taken at once; each is a request to an edge. */
const batchSize = 50;
const reply_ms = 5_000;
const hangupAgain_ms = 1_000;
/** What a call needs was published within this, or is not there at all. */
const fresh_ms = 10_000;

export interface DiallerParts {
  readonly store: Pick<ExecutionStore, 'changeDueExecutions' | 'changeExecution'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Up to when the events of calls have been heard. */
  readonly heardUntil: () => number;
}

export interface Dialler {
  start(): void;
  /** To be called after every commit. Returns at once. */
  wake(): void;
  stop(): Promise<void>;
}

/** Has calls placed when they are due, and ended when they are stopped. Everything that is to be done stands in the store. */
export function createDialler(parts: DiallerParts): Dialler {
  return new DiallerLoop(parts);
}

class DiallerLoop implements Dialler {
  readonly #parts: DiallerParts;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #wanted = false;
  #stopped = true;

  constructor(parts: DiallerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#tick();
  }

  wake(): void {
    this.#wanted = true;
    // Without NATS nobody can be asked, and what is due stays due.
    if (this.#running !== undefined || this.#stopped || !this.#parts.bus.connected) return;
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #tick(): void {
    this.wake();
    this.#timer = this.#parts.clock.after(tick_ms, () => this.#tick());
  }

  async #work(): Promise<void> {
    try {
      while (this.#wanted && !this.#stopped) {
        this.#wanted = false;
        const taken = await this.#take();
        if (taken.length === batchSize) this.#wanted = true;
        await Promise.all(taken.map((each) => this.#do(each)));
      }
    } catch (error) {
      // What was taken falls due again when its lease runs out.
      this.#parts.logger.warn('Calls that are due could not be placed', { error: String(error) });
    }
  }

  async #take(): Promise<readonly { readonly execution: Execution; readonly task: Task }[]> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const heard_until = this.#parts.heardUntil();
    const tasks = new Map<CallId, Task>();
    const executions = await store.changeDueExecutions(now, batchSize, (present) => {
      const { execution, task } = claim(present, heard_until, { now, newCall: this.#newCall });
      tasks.set(present.id, task);
      return execution;
    });
    return executions.map((execution) => ({ execution, task: tasks.get(execution.id) ?? 'nothing' }));
  }

  async #do({ execution, task }: { readonly execution: Execution; readonly task: Task }): Promise<void> {
    if (task === 'ask') await this.#ask(execution);
    if (task === 'hang-up') await this.#hangUp(execution);
  }

  async #ask(execution: Execution): Promise<void> {
    const { bus, clock, logger } = this.#parts;
    const request = JSON.stringify(originateRequest(execution));
    const event = await bus.request(originateSubject, request, reply_ms).then(
      (text): ExecutionEvent => {
        const reply = originateReplySchema.safeParse(parse(text));
        const fresh = clock.now() - execution.created_at < fresh_ms;
        return reply.success ? replyEvent(reply.data, fresh) : { type: 'unanswered' };
      },
      (error: unknown): ExecutionEvent =>
        error instanceof BusDownError && error.unheard ? { type: 'put-off', cause: null } : { type: 'unanswered' },
    );
    const { id, call, account } = execution;
    const cause = 'cause' in event ? event.cause : null;
    await this.#apply(execution, event);
    logger.info('An edge was asked to place a call', { execution: id, call, account, answer: event.type, cause });
  }

  /** `call`: the events of another try do not concern the present one. */
  async #apply({ id, call }: Execution, event: ExecutionEvent): Promise<void> {
    const { store, clock } = this.#parts;
    const changed = await store.changeExecution(id, (present) =>
      present.call === call ? applyEvent(present, event, { now: clock.now(), newCall: this.#newCall }) : undefined,
    );
    // A call that was stopped while it was being placed.
    if (changed?.hangup_until !== null && changed !== undefined) this.#wanted = true;
  }

  async #hangUp({ id, call }: Execution): Promise<void> {
    const { bus, store, clock } = this.#parts;
    const known = await bus.request(hangupSubject(call), '', reply_ms).then(
      () => true,
      () => false,
    );
    // Its end is told by an event; where nobody knows it, somebody may be about to.
    await store.changeExecution(id, (present) => {
      if (present.call !== call || present.status !== 'stopped' || present.due_at === null) return undefined;
      const again = known ? present.hangup_until : clock.now() + hangupAgain_ms;
      return { ...present, due_at: again as Instant };
    });
  }

  readonly #newCall = (): CallId => this.#parts.ids.ulid() as CallId;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
