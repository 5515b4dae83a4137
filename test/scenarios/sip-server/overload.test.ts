import { bareResponse as bareDraft } from '@trunkline/sip-server/compose/compose-response';
import { type Asked, type Gate, OPEN_GATE } from '@trunkline/sip-server/overload/gate';
import { describe, expect, it } from 'vitest';
import { fromPeer, world } from './world.ts';

const TO = '<sip:us@192.0.2.1>';
const SHUT: Gate = { ...OPEN_GATE, hasRoom: () => false };

describe('a gate that admits no new INVITE', () => {
  it('has it answered with 503 and Retry-After, each time that it comes, and nothing is kept of it', () => {
    const { core, receive, answer, sent, frames, assertNothingLeft } = world(SHUT);
    receive(fromPeer('INVITE', 1, TO));
    receive(fromPeer('INVITE', 1, TO));
    expect(sent('503')).toEqual([0, 0]);
    expect(answer(503).headers.get('retry-after')).toBe('5');
    expect(core.transactions.counts.invite_server).toBe(0);
    receive(fromPeer('ACK', 1, answer(503).headers.get('to') ?? ''));
    expect(frames).toEqual([]);
    assertNothingLeft();
  });

  it('lets other requests and retransmissions of admitted INVITEs through', () => {
    const open = { shut: false };
    const { core, receive, sent, frames } = world({ ...OPEN_GATE, hasRoom: () => !open.shut });
    receive(fromPeer('INVITE', 1, TO));
    open.shut = true;
    receive(fromPeer('INVITE', 1, TO));
    expect(sent('100')).toEqual([0, 0]);
    expect(sent('503')).toEqual([]);
    expect(frames).toHaveLength(1);
    receive(fromPeer('BYE', 2, `${TO};tag=unknown`));
    expect(sent('481')).toEqual([0]);
    expect(core.inbound.size).toBe(1);
  });
});

describe('a gate that knows its guests', () => {
  it('drops what comes from a source that may send no more, and scanners, without a word', () => {
    const { receive, sent, frames, assertNothingLeft } = world({ ...OPEN_GATE, takesFrom: () => false });
    receive(fromPeer('INVITE', 1, TO));
    expect([sent('100'), frames]).toEqual([[], []]);
    assertNothingLeft();

    const other = world({ ...OPEN_GATE, isScanner: (name) => name === 'friendly-scanner' });
    other.receive(fromPeer('INVITE', 1, TO, [['User-Agent', 'friendly-scanner']]));
    expect([other.sent('100'), other.frames]).toEqual([[], []]);
    other.assertNothingLeft();
  });

  it('gives no new INVITE to an application that may have none, and any to another', () => {
    const { core, receive, frames, sent, assertNothingLeft } = world({ ...OPEN_GATE, admits: () => false });
    receive(fromPeer('INVITE', 1, TO));
    expect([sent('503'), frames, core.inbound.size]).toEqual([[0], [], 0]);
    assertNothingLeft();
  });

  it('hears when the application has answered a new INVITE and a BYE', () => {
    const heard: string[] = [];
    const asked = (_app: unknown, method: string): Asked => {
      heard.push(`${method} asked`);
      return { since: 0 as Asked['since'], answered: () => void heard.push(`${method} answered`) };
    };
    const { receive, answer, say, frames, core } = world({ ...OPEN_GATE, asked });
    receive(fromPeer('INVITE', 1, TO));
    const [transaction = ''] = core.inbound.keys();
    say(bareDraft(200), { transaction });
    const to = answer(200).headers.get('to') ?? '';
    receive(fromPeer('ACK', 1, to));
    receive(fromPeer('BYE', 2, to));
    expect(new Set(heard)).toEqual(new Set(['INVITE asked', 'INVITE answered', 'BYE asked']));
    say(bareDraft(200), { transaction: [...core.inbound.keys()].at(-1) ?? '' });
    expect(heard.at(-1)).toBe('BYE answered');
    expect(frames.length).toBeGreaterThan(3);
  });
});
