import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import {
  connect as connectTls,
  createServer as createTlsServer,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { StreamFramer } from '@trunkline/sip/stream-framer';
import type { Remote } from './remote.ts';

const maxBindTries = 20;

/** Paths of PEM files. */
export interface PeerTls {
  readonly certificate: string;
  readonly key: string;
  /** Who may vouch for the servers that the peer connects to; every connection of its own is verified. */
  readonly authority: string;
}

export interface SipSocketParts {
  readonly address: string;
  /** 0 or absent: any that is free for UDP and TCP. */
  readonly port?: number;
  /** Listens on a TLS port of its own too, and speaks TLS to others. */
  readonly tls?: PeerTls;
  readonly onMessage: (bytes: Buffer, from: Remote) => void;
}

/** UDP and TCP on one address and port, and TLS on another port. */
export interface SipSocket {
  readonly address: string;
  readonly port: number;
  /** 0 without TLS. */
  readonly tls_port: number;
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

  function adopt(transport: 'tcp' | 'tls', socket: Socket, address: string, port: number): void {
    const key = `${transport} ${address} ${port}`;
    const framer = new StreamFramer();
    connections.set(key, socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (connections.get(key) === socket) connections.delete(key);
    });
    socket.on('data', (chunk) => {
      for (const framed of framer.push(chunk)) {
        if (framed.kind === 'message') parts.onMessage(framed.bytes, { transport, address, port });
        else if (framed.kind === 'broken') socket.destroy();
      }
    });
  }

  tcp.on('connection', (socket) => adopt('tcp', socket, socket.remoteAddress ?? '', socket.remotePort ?? 0));
  const tls = await listenTls(parts, (socket) =>
    adopt('tls', socket, socket.remoteAddress ?? '', socket.remotePort ?? 0),
  );
  udp.on('message', (bytes, from) => {
    parts.onMessage(bytes, { transport: 'udp', address: from.address, port: from.port });
  });
  // An ICMP error of a peer that is gone is no fault of ours.
  udp.on('error', () => undefined);
  const { port } = udp.address();

  return {
    address: parts.address,
    port,
    tls_port: tls === undefined ? 0 : portOf(tls),
    send(bytes, to) {
      if (to.transport === 'udp') {
        udp.send(bytes, to.port, to.address);
        return;
      }
      const key = `${to.transport} ${to.address} ${to.port}`;
      if (!connections.has(key)) adopt(to.transport, openStream(parts, to), to.address, to.port);
      connections.get(key)?.write(bytes);
    },
    async close() {
      for (const socket of connections.values()) socket.destroy();
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close'), tls && once(tls, 'close')]);
      tls?.close();
      udp.close();
      tcp.close();
      await closed;
    },
  };
}

async function listenTls(
  { tls, address }: SipSocketParts,
  accept: (socket: TLSSocket) => void,
): Promise<TlsServer | undefined> {
  if (tls === undefined) return undefined;
  const server = createTlsServer({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }, accept);
  // Whoever does not like our certificate goes away; that is for a test to see on the other side.
  server.on('tlsClientError', () => undefined);
  server.listen(0, address);
  await once(server, 'listening');
  return server;
}

function portOf(server: TlsServer): number {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

function openStream({ tls, address }: SipSocketParts, to: Remote): Socket {
  const where = { host: to.address, port: to.port, localAddress: address };
  if (to.transport === 'tcp') return connect(where);
  if (tls === undefined) throw new Error('this peer has no certificate, so it speaks no TLS');
  return connectTls({
    ...where,
    ca: readFileSync(tls.authority),
    cert: readFileSync(tls.certificate),
    key: readFileSync(tls.key),
  });
}
