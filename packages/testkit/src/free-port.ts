import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/**
 * A port of `address` that nobody listens on, for TCP and UDP alike. Another program may take it before the caller does:
 * start the listener soon, and prefer port 0 where the listener can tell its port.
 */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  const maxTries = 20;
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const port = await bindTcp(address);
    if (await canBindUdp(address, port)) return port;
  }
  throw new Error(`No port of ${address} is free for both TCP and UDP`);
}

function bindTcp(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() =>
        typeof bound === 'object' && bound !== null ? resolve(bound.port) : reject(new Error('no port was bound')),
      );
    });
  });
}

function canBindUdp(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}
