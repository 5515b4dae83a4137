import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Logger } from '@trunkline/runtime/logger';
import { advertisedAddress } from './advertised-address.ts';
import type { Endpoint } from './endpoint.ts';
import type { Flow, Transport, TransportListener } from './transport.ts';

/** Bytes of the kernel's queues: bursts of datagrams must outlive a pause of the event loop. */
const SOCKET_BUFFER_BYTES = 4_194_304;

/** SIP over UDP, RFC 3261 §18. */
export function createUdpTransport(asked: Endpoint, logger: Logger): Transport {
  let socket: Socket | undefined;
  let local = asked;
  let advertised = { address: advertisedAddress(asked.address), port: asked.port };
  return {
    name: 'udp',
    get local() {
      return local;
    },
    get advertised() {
      return advertised;
    },
    connections: 0,
    async start(listener) {
      const bound = await bind(asked);
      socket = bound;
      local = { address: asked.address, port: bound.address().port };
      advertised = { ...advertised, port: local.port };
      receive(bound, local, listener);
      bound.on('error', (error) => logger.warn('A UDP socket reported an error', { error }));
    },
    async stop() {
      const open = socket;
      socket = undefined;
      if (open !== undefined) await new Promise<void>((resolve) => open.close(resolve));
    },
    flowTo: (remote) => (socket === undefined ? undefined : udpFlow(socket, local, remote)),
  };
}

function receive(socket: Socket, local: Endpoint, listener: TransportListener): void {
  socket.on('message', (bytes, from) => listener.received(bytes, udpFlow(socket, local, from)));
}

function udpFlow(socket: Socket, local: Endpoint, remote: Endpoint): Flow {
  return {
    transport: 'udp',
    local,
    remote,
    open: true,
    send(bytes, failed) {
      try {
        socket.send(bytes, remote.port, remote.address, (error) => {
          if (error !== null) failed(error);
        });
      } catch (error) {
        // The socket is closed, or the address is not one.
        queueMicrotask(() => failed(error instanceof Error ? error : new Error(String(error))));
      }
    },
  };
}

function bind({ address, port }: Endpoint): Promise<Socket> {
  const family = isIPv6(address) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: SOCKET_BUFFER_BYTES,
    sendBufferSize: SOCKET_BUFFER_BYTES,
    // Addresses are literal by the time they come here; asking the resolver for each datagram would cost a turn of the loop.
    lookup: (host, _options, done) => done(null, host, family),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
