import type { CallId } from '@trunkline/contracts/ids';
import type { OriginateReply } from '@trunkline/contracts/originate';
import type { Instant } from '@trunkline/contracts/time';
import { expect, test } from 'vitest';
import { RememberedReplies } from './remembered-replies.ts';

const call = (number: number) => `call-${number}` as CallId;
const reply = (number: number): OriginateReply => ({ ok: true, call: call(number) });
const at = (ms: number) => ms as Instant;

test('a reply is remembered for ten minutes', () => {
  const replies = new RememberedReplies();
  replies.add(call(1), reply(1), at(0));
  expect(replies.of(call(1), at(599_999))).toEqual(reply(1));
  expect(replies.of(call(1), at(600_000))).toBeUndefined();
  expect(replies.of(call(2), at(0))).toBeUndefined();
});

test('what is too old goes with the next one, and of too many the oldest', () => {
  const replies = new RememberedReplies();
  replies.add(call(1), reply(1), at(0));
  replies.add(call(2), reply(2), at(700_000));
  expect(replies.size).toBe(1);
  for (let number = 3; number <= 10_002; number++) replies.add(call(number), reply(number), at(700_000));
  expect(replies.size).toBe(10_000);
  expect(replies.of(call(2), at(700_000))).toBeUndefined();
  expect(replies.of(call(3), at(700_000))).toEqual(reply(3));
});
