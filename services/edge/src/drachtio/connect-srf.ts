import type { Ids } from '@trunkline/runtime/ids';
import type { Logger } from '@trunkline/runtime/logger';
import SrfModule from 'drachtio-srf';
import type { IncomingInvite } from '../admission/incoming-invite.ts';
import type { Caller } from '../call/legs.ts';
import type { IncomingRegister } from '../registrar/incoming-register.ts';
import type { Requester } from '../trunks/requester.ts';
import { incomingInvite } from './incoming.ts';
import { DrachtioLegB } from './leg-b.ts';
import { incomingRegister } from './register-in.ts';
import { SrfRequester } from './send-request.ts';
import { SipLink } from './sip-link.ts';
import type { Srf } from './srf-types.ts';

export interface SipServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** Name of this process towards the server: dialogs outlive a lost connection for those who have one. */
  readonly tag?: string;
}

/** The SIP server as the edge sees it. */
export interface Signalling extends Caller, Requester {
  readonly connected: boolean;
  disconnect(): void;
}

export interface SignallingListener {
  onInvite(incoming: IncomingInvite): void;
  /** Is this source one that we talk to? Only then does OPTIONS get an answer of substance (RFC 3261 §11). */
  isKnownSource(address: string): boolean;
  /** No dialog of before can be used any more. */
  onLost(): void;
  onRegister(incoming: IncomingRegister): void;
  /** For the first time, or again. */
  onConnected(): void;
}

const reconnectMaxDelay_ms = 2_000;
const allow = 'INVITE, ACK, CANCEL, BYE, REGISTER, OPTIONS, INFO, MESSAGE, NOTIFY, UPDATE, PRACK';

/** Connects to a drachtio-compatible SIP server and stays connected: drachtio-srf comes back by itself. */
export function connectSrf(
  address: SipServerAddress,
  listener: SignallingListener,
  logger: Logger,
  ids: Pick<Ids, 'hex'>,
): Signalling {
  // Its declarations leave out what the narrow type has: see srf-types.ts.
  const { tag, ...place } = address;
  const srf = new SrfModule(tag === undefined ? [] : [tag]) as unknown as Srf;
  const link = new SipLink(srf);
  let connected = false;
  const requester = new SrfRequester(link, () => connected);

  srf.on('connect', (error, host_ports, version) => {
    if (error !== null && error !== undefined) {
      logger.error('The SIP server refused the connection', { error });
      return;
    }
    connected = true;
    logger.info('Connected to the SIP server', { host_ports, version });
    link.connected(version);
    listener.onConnected();
  });
  srf.on('error', (error) => logger.warn('The connection to the SIP server failed', { error }));
  srf.on('close', () => {
    if (!connected) return;
    connected = false;
    logger.warn('The connection to the SIP server is lost');
    requester.lost();
    link.lost();
    listener.onLost();
  });
  srf.invite((request, response) => listener.onInvite(incomingInvite(link, request, response)));
  srf.register((request, response) => listener.onRegister(incomingRegister(link, request, response)));
  srf.options((request, response) => {
    if (listener.isKnownSource(request.source_address)) {
      response.send(200, 'OK', { headers: { Allow: allow, Accept: 'application/sdp', Supported: 'timer' } });
    } else {
      response.send(403, 'Forbidden', {});
    }
  });
  srf.connect({ ...place, reconnect: { retryMaxDelay: reconnectMaxDelay_ms } });

  return {
    get connected() {
      return connected;
    },
    invite: (spec, report) => new DrachtioLegB(link, spec, report, () => ids.hex(8)),
    request: (spec, done) => requester.request(spec, done),
    disconnect: () => {
      connected = false;
      srf.disconnect();
    },
  };
}
