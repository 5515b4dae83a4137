import { Client } from 'rtpengine-client';

export interface RelayAddress {
  readonly host: string;
  readonly port: number;
}

export type NgCommand = 'ping' | 'offer' | 'answer' | 'delete' | 'query';
export type NgReply = Readonly<Record<string, unknown>>;
export type NgResult = { readonly ok: true; readonly reply: NgReply } | { readonly ok: false; readonly reason: string };

/** Commands of rtpengine's ng protocol, each with a deadline. Never rejects. */
export interface NgControl {
  send(command: NgCommand, parameters: NgReply): Promise<NgResult>;
  close(): void;
}

/** One try waits this long; the next goes out at once. A repeated command finds the call as the lost one left it. */
const tryTimeout_ms = 700;
const maxTries = 3;

/** The reply may be lost on the way, and the client does not retransmit, so each command is tried {@link maxTries} times. */
export function createNgControl(address: RelayAddress): NgControl {
  const client = new Client({ timeout: tryTimeout_ms, localAddress: loopback(address.host) ? '127.0.0.1' : '0.0.0.0' });
  // A reply to a try that was given up is reported as an error, and an error without a listener would end the process.
  client.on('error', () => {});

  const once = async (command: NgCommand, parameters: NgReply): Promise<NgResult | null> => {
    try {
      const reply = await client[command](address, parameters);
      return reply['result'] === 'error'
        ? { ok: false, reason: String(reply['error-reason'] ?? 'rtpengine refused') }
        : { ok: true, reply };
    } catch {
      return null;
    }
  };
  return {
    async send(command, parameters) {
      for (let tries = 0; tries < maxTries; tries++) {
        const result = await once(command, parameters);
        if (result !== null) return result;
      }
      return { ok: false, reason: `rtpengine gave no answer to ${maxTries} tries of ${tryTimeout_ms} ms` };
    },
    close: () => client.close(),
  };
}

function loopback(host: string): boolean {
  return host.startsWith('127.');
}
