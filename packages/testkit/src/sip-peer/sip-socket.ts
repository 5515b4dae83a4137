import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { StreamFramer } from '@trunkline/sip/stream-framer';
import type { Remote } from './remote.ts';

const maxBindTries = 20;

export interface SipSocketParts {
  readonly address: string;
  /** 0 or absent: any that is free for UDP and TCP. */
  readonly port?: number;
  readonly onMessage: (bytes: Buffer, from: Remote) => void;
}

/** UDP and TCP on one address and port. */
export interface SipSocket {
  readonly address: string;
  readonly port: number;
  /** Over TCP on the connection there is, else on a new one. Loss shows only in what is not answered. */
  send(bytes: Buffer, to: Remote): void;
  close(): Promise<void>;
}

async function bindBoth({ address, port = 0 }: SipSocketParts): Promise<{
  udp: ReturnType<typeof createSocket>;
  tcp: ReturnType<typeof createServer>;
}> {
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer();
    tcp.listen(port, address);
    await once(tcp, 'listening');
    const bound = tcp.address();
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    udp.bind(typeof bound === 'object' && bound !== null ? bound.port : port, address);
    try {
      await once(udp, 'listening');
      return { udp, tcp };
    } catch (error) {
      tcp.close();
      if (port !== 0 || attempt >= maxBindTries) throw error;
    }
  }
}

/** Rejects when the address cannot be bound. */
export async function openSipSocket(parts: SipSocketParts): Promise<SipSocket> {
  const { udp, tcp } = await bindBoth(parts);
  const connections = new Map<string, Socket>();

  function adopt(socket: Socket, address: string, port: number): void {
    const key = `${address} ${port}`;
    const framer = new StreamFramer();
    connections.set(key, socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (connections.get(key) === socket) connections.delete(key);
    });
    socket.on('data', (chunk) => {
      for (const framed of framer.push(chunk)) {
        if (framed.kind === 'message') parts.onMessage(framed.bytes, { transport: 'tcp', address, port });
        else if (framed.kind === 'broken') socket.destroy();
      }
    });
  }

  tcp.on('connection', (socket) => adopt(socket, socket.remoteAddress ?? '', socket.remotePort ?? 0));
  udp.on('message', (bytes, from) => {
    parts.onMessage(bytes, { transport: 'udp', address: from.address, port: from.port });
  });
  // An ICMP error of a peer that is gone is no fault of ours.
  udp.on('error', () => undefined);
  const { port } = udp.address();

  return {
    address: parts.address,
    port,
    send(bytes, to) {
      if (to.transport === 'udp') {
        udp.send(bytes, to.port, to.address);
        return;
      }
      const key = `${to.address} ${to.port}`;
      if (!connections.has(key)) {
        adopt(connect({ host: to.address, port: to.port, localAddress: parts.address }), to.address, to.port);
      }
      connections.get(key)?.write(bytes);
    },
    async close() {
      for (const socket of connections.values()) socket.destroy();
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')]);
      udp.close();
      tcp.close();
      await closed;
    },
  };
}
