import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import type { PeerCall } from '@trunkline/testkit/sip-peer/call';
import { createSipPeer, type SipPeer } from '@trunkline/testkit/sip-peer/sip-peer';

const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** Calls that have to work whatever else the server is sent: alice through the application to bob, who answers everybody. */
export interface GoodCalls {
  readonly made: number;
  /** Why, and how often. */
  readonly failed: Readonly<Record<string, number>>;
  /** Milliseconds from INVITE to 200, of the slowest. */
  readonly slowest_ms: number;
  /** One call, answered; it is up until it is hung up. */
  call(server_port: number): Promise<PeerCall>;
  /** One call after the other until told to stop. */
  keepCalling(server_port: number): { stop(): Promise<void> };
  close(): Promise<void>;
}

export async function createGoodCalls(): Promise<GoodCalls & { readonly callee: string }> {
  const parts = { clock: systemClock, ids: randomIds, address: '127.0.0.1' };
  const alice = await createSipPeer({ ...parts, name: 'alice' });
  const bob = await createSipPeer({ ...parts, name: 'bob' });
  bob.onCall((call) => void call.answer(SDP));
  const failed: Record<string, number> = {};
  const fail = (why: string): void => {
    failed[why] = (failed[why] ?? 0) + 1;
  };
  let made = 0;
  let slowest_ms = 0;
  const call = async (server_port: number): Promise<PeerCall> => {
    const began = systemClock.now();
    const call = await answered(alice, server_port);
    made += 1;
    slowest_ms = Math.max(slowest_ms, systemClock.now() - began);
    return call;
  };
  return {
    callee: bob.uri('bob'),
    get made() {
      return made;
    },
    failed,
    get slowest_ms() {
      return slowest_ms;
    },
    call,
    keepCalling(server_port) {
      let going = true;
      const calling = (async () => {
        while (going) {
          try {
            const status = await (await call(server_port)).hangUp();
            if (status !== 200) fail(`BYE was answered with ${status}`);
          } catch (error) {
            fail(error instanceof Error ? error.message : String(error));
          }
        }
      })();
      return {
        stop: () => {
          going = false;
          return calling;
        },
      };
    },
    async close() {
      await alice.close();
      await bob.close();
    },
  };
}

async function answered(alice: SipPeer, server_port: number): Promise<PeerCall> {
  const dialled = alice.call({ to: `sip:bob@127.0.0.1:${server_port}`, from: alice.uri('alice'), sdp: SDP });
  const call = await dialled.answered;
  if (call === undefined) throw new Error(`the INVITE was answered with ${(await dialled.final)?.status ?? 'nothing'}`);
  return call;
}
