import type { Bus, Delivered } from '@trunkline/runtime/bus';
import { waitUntil } from '../wait-until.ts';

/** Reads stream THINGS and keeps what it is given. */
export async function read(bus: Bus, durable: string) {
  const messages: Delivered[] = [];
  const reader = await bus.consume('THINGS', durable, async (batch) => void messages.push(...batch));
  const payloads = (): string[] => messages.map(({ payload }) => payload);
  return {
    messages,
    reader,
    payloads,
    until: (condition: (payloads: string[]) => boolean) =>
      waitUntil(() => condition(payloads()), { what: 'the messages', found: () => JSON.stringify(payloads()) }),
  };
}
