import { type Clock, systemClock } from '@trunkline/runtime/clock';
import { Client } from 'rtpengine-client';

export interface RelayAddress {
  readonly host: string;
  readonly port: number;
}

export type NgCommand = 'ping' | 'offer' | 'answer' | 'delete' | 'query' | 'statistics';
export type NgReply = Readonly<Record<string, unknown>>;
export type NgResult =
  | { readonly ok: true; readonly reply: NgReply }
  /** `silent`: no try was answered. Otherwise rtpengine said no. */
  | { readonly ok: false; readonly reason: string; readonly silent: boolean };

/** Commands of rtpengine's ng protocol, each with a deadline. Never rejects. */
export interface NgControl {
  /** `tries_ms`: how long each try waits; the next goes out at once. A repeated command finds the call as the lost one left it. */
  send(command: NgCommand, parameters: NgReply, tries_ms?: readonly number[]): Promise<NgResult>;
  close(): void;
}

/** The request or the reply may be lost on the way, and the client does not retransmit. */
export const patient_ms = [250, 500, 1_000] as const;

/** A reply that comes later than this is reported as an error; until then it is dropped in silence. */
const forgetAfter_ms = 3_000;

export function createNgControl(address: RelayAddress, clock: Clock = systemClock): NgControl {
  const client = new Client({
    timeout: forgetAfter_ms,
    localAddress: isLoopback(address.host) ? '127.0.0.1' : '0.0.0.0',
  });
  // An error without a listener would end the process.
  client.on('error', () => {});

  const once = (command: NgCommand, parameters: NgReply, wait_ms: number): Promise<NgResult | null> =>
    new Promise((resolve) => {
      const timer = clock.after(wait_ms, () => resolve(null));
      const done = (result: NgResult | null): void => {
        timer.cancel();
        resolve(result);
      };
      client[command](address, parameters).then(
        (reply) => done(resultOf(reply)),
        () => done(null),
      );
    });
  return {
    async send(command, parameters, tries_ms = patient_ms) {
      for (const wait_ms of tries_ms) {
        const result = await once(command, parameters, wait_ms);
        if (result !== null) return result;
      }
      return { ok: false, reason: `rtpengine gave no answer to ${tries_ms.length} tries`, silent: true };
    },
    close: () => client.close(),
  };
}

function resultOf(reply: NgReply): NgResult {
  return reply['result'] === 'error'
    ? { ok: false, reason: String(reply['error-reason'] ?? 'rtpengine refused'), silent: false }
    : { ok: true, reply };
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.');
}
