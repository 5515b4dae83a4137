/** What an event does in a phase: a move with named actions, `ignore` (may happen, means nothing) or `impossible` (a bug). */
export type Cell<Phase extends string, Action extends string> =
  | { readonly to: Phase; readonly run: readonly Action[] }
  | 'ignore'
  | 'impossible';

/** Total: every event is answered in every phase. */
export type Table<Phase extends string, Event extends string, Action extends string> = Readonly<
  Record<Phase, Readonly<Record<Event, Cell<Phase, Action>>>>
>;

export const go = <Phase extends string, Action extends string>(
  to: Phase,
  ...run: readonly Action[]
): { readonly to: Phase; readonly run: readonly Action[] } => ({ to, run });

/**
 * Runs a table: one event at a time to its end. An event that an action causes waits until the actions of the event before
 * are done, so an action never sees half a move.
 */
export abstract class StateMachine<Phase extends string, Event extends string, Action extends string, Payload> {
  readonly #table: Table<Phase, Event, Action>;
  #phase: Phase;
  #running = false;
  #waiting: { readonly event: Event; readonly payload: Payload }[] | undefined;

  constructor(table: Table<Phase, Event, Action>, start: Phase) {
    this.#table = table;
    this.#phase = start;
  }

  get phase(): Phase {
    return this.#phase;
  }

  protected abstract perform(action: Action, payload: Payload): void;
  protected abstract impossible(phase: Phase, event: Event): void;

  protected handle(event: Event, payload: Payload): void {
    if (this.#running) {
      this.#waiting ??= [];
      this.#waiting.push({ event, payload });
      return;
    }
    this.#running = true;
    try {
      this.#step(event, payload);
      while (this.#waiting !== undefined) {
        const waiting = this.#waiting;
        this.#waiting = undefined;
        for (const next of waiting) this.#step(next.event, next.payload);
      }
    } finally {
      this.#running = false;
    }
  }

  #step(event: Event, payload: Payload): void {
    const cell = this.#table[this.#phase][event];
    if (cell === 'ignore') return;
    if (cell === 'impossible') {
      this.impossible(this.#phase, event);
      return;
    }
    this.#phase = cell.to;
    for (const action of cell.run) this.perform(action, payload);
  }
}

/** The same for an owner that is something else too. */
export class Machine<Phase extends string, Event extends string, Action extends string, Payload> extends StateMachine<
  Phase,
  Event,
  Action,
  Payload
> {
  readonly #perform: (action: Action, payload: Payload) => void;
  readonly #impossible: (phase: Phase, event: Event) => void;

  constructor(
    table: Table<Phase, Event, Action>,
    start: Phase,
    perform: (action: Action, payload: Payload) => void,
    impossible: (phase: Phase, event: Event) => void,
  ) {
    super(table, start);
    this.#perform = perform;
    this.#impossible = impossible;
  }

  dispatch(event: Event, payload: Payload): void {
    this.handle(event, payload);
  }

  protected perform(action: Action, payload: Payload): void {
    this.#perform(action, payload);
  }

  protected impossible(phase: Phase, event: Event): void {
    this.#impossible(phase, event);
  }
}
