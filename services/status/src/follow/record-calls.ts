import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Delivered } from '@trunkline/runtime/bus';
import type { Clock } from '@trunkline/runtime/clock';
import type { Logger } from '@trunkline/runtime/logger';
import type { StatusMetrics } from '../status-metrics.ts';
import { type RecordStore, StoreRefused } from '../store/record-store.ts';
import { failedOutcomes, minuteOf } from '../view/lately.ts';
import type { View } from '../view/view.ts';
import { type ReadBatch, readBatch } from './read-batch.ts';
import type { SeenRange } from './seen-range.ts';

export interface RecorderParts {
  readonly view: View;
  /** What the view's own reader has applied. */
  readonly seen: SeenRange;
  readonly store: RecordStore;
  /** Resolves when the view has taken in what the store remembers; rejects while the store is away. */
  readonly remembered: () => Promise<void>;
  readonly metrics: StatusMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The reader that keeps the records. Resolves once the batch is committed; throws while it cannot be, and the same batch is
 * delivered again. What the view's own reader had read before this process started is delivered only here, so it is applied
 * to the view here.
 */
export function createCallsRecorder(parts: RecorderParts): (batch: readonly Delivered[]) => Promise<void> {
  const { view, seen, store, metrics, clock, logger } = parts;

  const commit = async (batch: ReadBatch, sequence: number): Promise<readonly CallRecord[]> => {
    const events = batch.events.map(({ event }) => event);
    const unreadable = batch.unreadable.map(({ fault: _, ...event }) => event);
    return store.commit({ events, unreadable, sequence, at: clock.now() });
  };
  const commitOneByOne = async (batch: readonly Delivered[]): Promise<readonly CallRecord[]> => {
    const stored: CallRecord[] = [];
    for (const message of batch) {
      try {
        stored.push(...(await commit(readBatch([message]), message.sequence)));
      } catch (error) {
        if (!(error instanceof StoreRefused)) throw error;
        logger.error('An event was set aside: the database does not take it', { sequence: message.sequence, error });
        await commit({ events: [], unreadable: [{ ...message, fault: 'refused' }] }, message.sequence);
        metrics.eventUnreadable(1);
      }
    }
    return stored;
  };

  return async (batch) => {
    const last = batch.at(-1);
    if (last === undefined) return;
    await parts.remembered();
    const read = readBatch(batch);
    for (const { sequence, event } of read.events) {
      const call = seen.has(sequence) ? undefined : view.calls.apply(event);
      if (call !== undefined) view.changes.tell({ kind: 'call', call });
    }
    const stored = await commit(read, last.sequence).catch((error: unknown) => {
      if (error instanceof StoreRefused) return commitOneByOne(batch);
      throw error;
    });
    metrics.recordsCommitted(last.sequence, stored);
    metrics.eventUnreadable(read.unreadable.length);
    for (const { sequence, subject, fault } of read.unreadable) {
      logger.warn('An event was set aside: it does not read', { sequence, subject, fault });
    }
    for (const record of stored) countLately(view, record);
  };
}

function countLately(view: View, { trunk, account, ended_at, outcome }: CallRecord): void {
  if (trunk === null) return;
  const failed = failedOutcomes.includes(outcome) ? 1 : 0;
  view.lately.add({ trunk, minute: minuteOf(ended_at), calls: 1, failed });
  if (account !== null) view.changes.tell({ kind: 'trunk', trunk, account });
}
