import type { CallRecord } from '@trunkline/contracts/call-record';
import { type CallEvent, callEventSchema } from '@trunkline/contracts/events/call-events';
import { callSubject } from '@trunkline/contracts/nats-map';
import type { OutboxEvent } from '@trunkline/runtime/outbox';

/** Every event that the edge told, each held against its schema. */
export class EventLog {
  readonly events: CallEvent[] = [];
  /** What a reader of the stream would stumble over. */
  readonly faults: string[] = [];

  /** The edge's record of each attempt, in the order of their ends. */
  get records(): readonly CallRecord[] {
    return this.events.flatMap((event) => ('record' in event ? [event.record] : []));
  }

  get types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  /** `terminal`: the edge says that the event must outlive everything else. */
  add({ subject, payload, msg_id }: OutboxEvent, terminal: boolean): void {
    const parsed = callEventSchema.safeParse(JSON.parse(payload));
    if (!parsed.success) {
      this.faults.push(`${subject}: ${parsed.error.message}`);
      return;
    }
    const event = parsed.data;
    if (subject !== callSubject(event)) this.faults.push(`${event.type} under ${subject}`);
    if (msg_id !== event.id) this.faults.push(`${event.type} with another message id`);
    if (terminal !== 'record' in event) this.faults.push(`${event.type}: only records are terminal`);
    this.#check(event);
    this.events.push(event);
  }

  #check(event: CallEvent): void {
    if (this.events.some(({ id }) => id === event.id)) this.faults.push(`${event.type}: its id was used before`);
    const told = this.events.filter(({ call }) => call === event.call).map(({ type }) => type);
    const last = told.at(-1);
    const first = event.type === 'call.attempted' || event.type === 'call.refused';
    if (first !== (last === undefined)) this.faults.push(`${event.type} after ${last ?? 'nothing'}`);
    if (last === 'call.ended' || last === 'call.refused') this.faults.push(`${event.type} after ${last}`);
    if (told.includes(event.type)) this.faults.push(`${event.type} twice`);
    if (event.type === 'call.ringing' && last === 'call.answered') this.faults.push('ringing after the answer');
  }
}
