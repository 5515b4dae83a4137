import { expect, it } from 'vitest';
import { MessageTally } from './message-tally.ts';

it('counts messages until somebody asks, under labels that a sender cannot choose', () => {
  const tally = new MessageTally();
  const taken = (): string[] => {
    const found: string[] = [];
    tally.take((count, message, transport) => void found.push(`${count} ${message} ${transport}`));
    return found;
  };
  for (const message of ['INVITE', '200', 'INVITE', 'X1', 'X2', '20a', '2000', 'malformed'])
    tally.count(message, 'udp');
  tally.count('INVITE', 'tcp');
  expect(taken()).toEqual(['2 INVITE udp', '1 200 udp', '4 other udp', '1 malformed udp', '1 INVITE tcp']);
  tally.count('BYE', 'udp');
  expect([taken(), taken()]).toEqual([['1 BYE udp'], []]);
});
