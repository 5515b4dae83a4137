import { BusDownError } from '@trunkline/runtime/bus';
import { expect, it } from 'vitest';
import { waitUntil } from '../wait-until.ts';
import type { Context } from './bus-under-test.ts';

export function requestTests({ bus, under }: Context): void {
  it('asks one of a queue and gives back its answer', async () => {
    const other = await under().second();
    const asked: string[] = [];
    for (const [from, name] of [
      [bus(), 'one'],
      [other, 'two'],
    ] as const) {
      await from.respond('thing.*.ask', 'group', async (payload, subject) => {
        asked.push(name);
        return `${subject} ${payload}`;
      });
    }
    const answers: string[] = [];
    await waitUntil(() => other.request('thing.x.ask', '', 1_000).then(() => true), { what: 'the responder' });
    asked.length = 0;
    for (let n = 0; n < 20; n++) answers.push(await bus().request('thing.x.ask', `${n}`, 1_000));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => `thing.x.ask ${n}`));
    expect(asked.length).toBe(20);
    await other.close();
  });
  it('rejects at once when nobody answers or the answering side fails', async () => {
    await expect(bus().request('nobody.there', '', 30_000)).rejects.toMatchObject({
      name: 'BusDownError',
      unheard: true,
    });
    const failing = await bus().respond('thing.fail', 'group', async () => {
      throw new Error('a secret reason');
    });
    const error = await bus()
      .request('thing.fail', '', 30_000)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BusDownError);
    expect(error).toMatchObject({ unheard: false });
    expect(String(error)).not.toContain('secret');
    await failing.stop();
    await expect(bus().request('thing.fail', '', 30_000)).rejects.toThrow(/Nobody/);
  });
}
