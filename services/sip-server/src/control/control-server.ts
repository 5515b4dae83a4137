import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@trunkline/runtime/clock';
import type { HostPort } from '@trunkline/runtime/env-fields';
import type { Logger } from '@trunkline/runtime/logger';
import { ControlClient, type ControlMessage } from './control-client.ts';

/** A connection that has not shown the secret by then is closed. */
const AUTHENTICATE_DEADLINE_MS = 10_000;
const MOST_CLIENTS = 256;
const KEEP_ALIVE_MS = 1_000;

export interface ControlServerParts {
  readonly listen: HostPort;
  readonly secret: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly defer: (run: () => void) => void;
  /** What `authenticate` is answered with, behind OK. */
  readonly welcome: () => string;
  readonly newId: () => string;
  /** Messages of authenticated applications; false closes the connection. */
  readonly received: (client: ControlClient, message: ControlMessage) => boolean;
  /** It showed the secret; it may do so more than once. */
  readonly authenticated: (client: ControlClient) => void;
  readonly closed: (client: ControlClient) => void;
}

/** Listens for applications. Whatever comes before a good `authenticate` closes the connection. */
export class ControlServer {
  readonly #parts: ControlServerParts;
  readonly #clients = new Set<ControlClient>();
  readonly #secret: Buffer;
  #server: Server | undefined;
  #count = 0;

  constructor(parts: ControlServerParts) {
    this.#parts = parts;
    this.#secret = digest(parts.secret);
  }

  /** Authenticated connections. */
  get clients(): readonly ControlClient[] {
    return [...this.#clients].filter((client) => client.authenticated);
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address.port : this.#parts.listen.port;
  }

  async start(): Promise<void> {
    const { host, port } = this.#parts.listen;
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => this.#parts.logger.warn('The control listener reported an error', { error }));
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const client of this.#clients) client.close('the server stops');
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const { clock, logger, defer } = this.#parts;
    if (this.#clients.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#count += 1;
    const number = this.#count;
    const client = new ControlClient({
      number,
      socket,
      defer,
      received: (from, message) => this.#receive(from, message),
      closed: (gone, reason) => {
        deadline.cancel();
        this.#clients.delete(gone);
        if (!gone.authenticated) return;
        logger.info('An application is gone', { application: number, reason });
        this.#parts.closed(gone);
      },
    });
    const deadline = clock.after(AUTHENTICATE_DEADLINE_MS, () => {
      if (!client.authenticated) client.close('no authentication within the deadline');
    });
    this.#clients.add(client);
  }

  #receive(client: ControlClient, message: ControlMessage): void {
    if (message.type === 'authenticate') this.#authenticate(client, message);
    else if (!client.authenticated) client.close('a message before authentication');
    else if (!this.#parts.received(client, message)) {
      client.send(`${this.#parts.newId()}|response|${message.id}|NO|Unknown message type`);
      client.close('an unknown message', true);
    }
  }

  #authenticate(client: ControlClient, message: ControlMessage): void {
    const { logger, newId, welcome } = this.#parts;
    // Hashing first makes both sides equally long, and the comparison tell nothing by its duration.
    const good = timingSafeEqual(digest(message.fields[0] ?? ''), this.#secret);
    if (good) {
      client.authenticated = true;
      client.tags = readTags(message.fields[1] ?? '');
      client.send(`${newId()}|response|${message.id}|OK|${welcome()}`);
      logger.info('An application is connected', { application: client.number, tags: client.tags });
      this.#parts.authenticated(client);
      return;
    }
    logger.warn('An application gave a wrong secret', { application: client.number });
    client.authenticated = false;
    client.send(`${newId()}|response|${message.id}|NO|incorrect secret`);
    client.close('a wrong secret', true);
  }
}

const MOST_TAGS = 20;
const MOST_TAG_LETTERS = 32;

/** What drachtio-srf lets an application give, and no more. */
function readTags(text: string): readonly string[] {
  const tags = text.split(',').filter((tag) => tag !== '' && tag.length <= MOST_TAG_LETTERS);
  return [...new Set(tags)].slice(0, MOST_TAGS);
}

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
