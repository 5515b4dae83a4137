import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountIdSchema,
  agentIdSchema,
  callIdSchema,
  edgeIdSchema,
  eventIdSchema,
  gatewayIdSchema,
  numberIdSchema,
  trunkIdSchema,
} from './ids.ts';
import { agentKey, bindingsKey, trunkKey } from './nats-map.ts';
import { hangupSubject } from './originate.ts';

const ids = {
  ...{ account: accountIdSchema, agent: agentIdSchema, call: callIdSchema, edge: edgeIdSchema, event: eventIdSchema },
  ...{ gateway: gatewayIdSchema, number: numberIdSchema, trunk: trunkIdSchema },
};
const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** What widens a subject on NATS, ends it, or makes two tokens of one. */
const wild = ['*', '>', '.', ' ', '\t', '\r\n', '\u0000', '$', '%2e', '٠', ''];

describe.each(Object.entries(ids))('the id of a %s', (_name, schema) => {
  it('is one plain token of a subject, whatever is put into it', () => {
    for (const bad of wild) {
      for (const text of [bad, `${bad}${id}`, `${id}${bad}`, `${id.slice(0, 9)}${bad}${id.slice(10)}`]) {
        if (text === id) continue;
        expect([text, schema.safeParse(text).data === undefined || /^[0-9A-Za-z-]+$/.test(text)]).toEqual([text, true]);
      }
    }
    const texts = fc.string({
      unit: fc.constantFrom('0', 'A', 'z', '-', '_', '.', '*', '>', ' ', '\n'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(texts, (text) => {
        if (schema.safeParse(text).success) expect(text).toMatch(/^[0-9A-Za-z-]+$/);
      }),
    );
    expect(schema.safeParse(id).success).toBe(true);
  });
});

it('makes keys and subjects of a fixed number of tokens', () => {
  const [account, trunk, agent, call] = [
    accountIdSchema.parse(id),
    trunkIdSchema.parse(id),
    agentIdSchema.parse(id),
    callIdSchema.parse(id),
  ];
  expect(trunkKey(account, trunk).split('.')).toEqual([id, id]);
  expect(agentKey(account, agent).split('.')).toEqual([id, id]);
  expect(bindingsKey({ kind: 'agent', account, id: agent }).split('.')).toEqual(['agent', id, id]);
  expect(hangupSubject(call).split('.')).toEqual(['call', id, 'hangup']);
});
