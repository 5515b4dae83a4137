import { NO_BODY } from '@trunkline/sip/message';
import type { Application } from '../control/application.ts';
import { type Dialog, dialogKey } from './dialog.ts';

/** Dialogs that may live at one time; an INVITE over this is refused. */
const MOST_DIALOGS = 200_000;

/** All dialogs, by the key of messages and by the id of applications. */
export class DialogStore {
  readonly #byKey = new Map<string, Dialog>();
  readonly #byId = new Map<string, Dialog>();
  /** Legs of one call, each id by the other; gone with the first of them. */
  readonly #couples = new Map<string, string>();

  get size(): number {
    return this.#byKey.size;
  }

  get full(): boolean {
    return this.#byKey.size >= MOST_DIALOGS;
  }

  /** The id now means this dialog: of several forks, the last to be added. */
  add(dialog: Dialog): void {
    this.#byKey.set(keyOf(dialog), dialog);
    this.#byId.set(dialog.id, dialog);
  }

  remove(dialog: Dialog): void {
    dialog.phase = 'terminated';
    dialog.unacknowledged?.deadline.cancel();
    dialog.session?.timer.cancel();
    dialog.subscription?.cancel();
    // Who still knows it, for late 2xx, needs none of what it held of messages.
    dialog.local_sdp = NO_BODY;
    dialog.unacknowledged = undefined;
    this.#byKey.delete(keyOf(dialog));
    if (this.#byId.get(dialog.id) !== dialog) return;
    this.#byId.delete(dialog.id);
    const other = this.#couples.get(dialog.id);
    if (other === undefined) return;
    this.#couples.delete(dialog.id);
    this.#couples.delete(other);
  }

  /** These two are the legs of one call; the other one need not be there yet. */
  couple(dialog: Dialog, other: string): void {
    this.#couples.set(dialog.id, other);
    this.#couples.set(other, dialog.id);
  }

  /** The other leg of the call, while it is up and of the same application. */
  otherLeg(dialog: Dialog): Dialog | undefined {
    const id = this.#couples.get(dialog.id);
    const other = id === undefined ? undefined : this.#byId.get(id);
    return other?.phase === 'confirmed' && other.app === dialog.app ? other : undefined;
  }

  find(call_id: string, local_tag: string, remote_tag: string): Dialog | undefined {
    return this.#byKey.get(dialogKey(call_id, local_tag, remote_tag));
  }

  byId(id: string): Dialog | undefined {
    return this.#byId.get(id);
  }

  of(app: Application): Dialog[] {
    return [...this.#byKey.values()].filter((dialog) => dialog.app === app);
  }

  count(phase: Dialog['phase']): number {
    let count = 0;
    for (const dialog of this.#byKey.values()) if (dialog.phase === phase) count += 1;
    return count;
  }

  [Symbol.iterator](): Iterator<Dialog> {
    return this.#byKey.values();
  }
}

const keyOf = (dialog: Dialog) => dialogKey(dialog.call_id, dialog.local_tag, dialog.remote_tag);
