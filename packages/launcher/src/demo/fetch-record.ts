import { type CallRecord, callRecordSchema } from '@trunkline/contracts/call-record';
import type { Clock } from '@trunkline/runtime/clock';
import { z } from 'zod';
import { Fault } from '../fault.ts';
import { waitUntil } from '../wait.ts';
import type { ApiClient } from './api-client.ts';

const recordDeadline_ms = 10_000;
const answerSchema = z.object({ record: callRecordSchema.nullable() });

/** The record of a call that has ended; it arrives over NATS a moment later. */
export async function fetchRecord(api: ApiClient, clock: Clock, url: string): Promise<CallRecord> {
  let record: CallRecord | undefined;
  const reason = await waitUntil(clock, recordDeadline_ms, async () => {
    try {
      record = answerSchema.parse(await api.get(url)).record ?? undefined;
      return record === undefined ? 'the call is still live there' : undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  if (record === undefined) throw new Fault(`There is no record of the call at ${url}: ${reason}`);
  return record;
}
