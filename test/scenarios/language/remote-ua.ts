import type { PlacedCall } from './placed-call.ts';
import type { ReceivedCall } from './received-call.ts';
import type { SentInvite, SipNetwork } from './sip-network.ts';

/** A remote user agent at one address. Its newest call is the one that an action without call speaks of. */
export class RemoteUa {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly placed: PlacedCall[] = [];
  readonly received: ReceivedCall[] = [];
  /** INVITEs to it do not arrive. */
  isUnreachable = false;
  /** What it does by itself when an INVITE arrives. */
  onInvite: (call: ReceivedCall) => void = () => {};
  readonly #network: SipNetwork;

  constructor(network: SipNetwork, name: string, address: string, port: number) {
    this.#network = network;
    this.name = name;
    this.address = address;
    this.port = port;
  }

  /** The newest call that it placed. */
  get call(): PlacedCall {
    return newest(this.placed, `${this.name} has placed no call`);
  }

  /** The newest call that it received. */
  get ring(): ReceivedCall {
    return newest(this.received, `${this.name} has received no call`);
  }

  async invites(number: string, invite: SentInvite = {}): Promise<PlacedCall> {
    const call = this.#network.place(this, number, invite);
    this.placed.push(call);
    await this.#network.settle();
    return call;
  }
}

function newest<T>(calls: readonly T[], otherwise: string): T {
  const call = calls.at(-1);
  if (call === undefined) throw new Error(otherwise);
  return call;
}
