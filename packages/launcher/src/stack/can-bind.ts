import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { HostPort } from '@trunkline/runtime/env-fields';

async function bindsTcp({ host, port }: HostPort): Promise<void> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const closed = once(server, 'close');
  server.close();
  await closed;
}

async function bindsUdp({ host, port }: HostPort): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.bind({ address: host, port, exclusive: true });
  await once(socket, 'listening');
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}

/** The system's error code (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`), or undefined when the address is free. */
export async function bindError(kind: 'udp' | 'tcp', address: HostPort): Promise<string | undefined> {
  try {
    await (kind === 'tcp' ? bindsTcp(address) : bindsUdp(address));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN';
  }
}
