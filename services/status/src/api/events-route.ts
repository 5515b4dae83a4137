import type { ServerResponse } from 'node:http';
import type { Access } from '@trunkline/contracts/access';
import type { Clock, Timer } from '@trunkline/runtime/clock';
import type { FastifyInstance } from 'fastify';
import type { View } from '../view/view.ts';
import { accessOf, tokenOf } from './authenticate.ts';
import { ClientFeed } from './client-feed.ts';
import { sendError } from './errors.ts';

const maxClients = 256;
/** Changes are gathered this long, so that a busy second is a few writes and not a thousand. */
const gather_ms = 200;
const heartbeat_ms = 15_000;
/** A reader that takes nothing for this long is let go; it may come back and starts with a snapshot. */
const stalled_ms = 30_000;

export interface EventClients {
  readonly count: number;
  /** Ends every stream, so that the server can close. */
  end(): void;
}

/** `GET /events`: an event stream (text/event-stream) of {@link FeedEvents}, read with fetch so that the token is a header. */
export function eventsRoute(
  app: FastifyInstance,
  parts: { readonly view: View; readonly clock: Clock; readonly headers: Readonly<Record<string, string>> },
): EventClients {
  const { view, clock } = parts;
  const clients = new Set<() => void>();
  app.get('/events', async (request, reply) => {
    if (clients.size >= maxClients) return sendError(reply, 503, 'Too many event streams are open');
    const token = tokenOf(request);
    const response = reply.hijack().raw;
    response.writeHead(200, {
      ...parts.headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Asks proxies not to gather what is to be told at once.
      'x-accel-buffering': 'no',
    });
    const allowed = (): boolean => view.tokens.accessOf(token, clock.now()) !== undefined;
    const end = feed({ view, clock, response, access: accessOf(request), allowed });
    clients.add(end);
    response.once('close', () => {
      end();
      clients.delete(end);
    });
  });
  return {
    get count() {
      return clients.size;
    },
    end: () => {
      for (const end of clients) end();
    },
  };
}

/** Runs one stream until the reader leaves or `end`, which is returned, is called. */
function feed(parts: {
  readonly view: View;
  readonly clock: Clock;
  readonly response: ServerResponse;
  readonly access: Access;
  readonly allowed: () => boolean;
}): () => void {
  const { view, clock, response } = parts;
  const client = new ClientFeed(view, parts.access);
  let gathering: Timer | undefined;
  let stalled: Timer | undefined;
  let heartbeat: Timer;

  const end = (): void => {
    leave();
    gathering?.cancel();
    stalled?.cancel();
    heartbeat.cancel();
    if (!response.writableEnded) response.end();
  };
  const write = (text: string): void => {
    if (response.writableEnded || response.write(text)) return;
    stalled = clock.after(stalled_ms, () => response.destroy());
    response.once('drain', () => {
      stalled?.cancel();
      stalled = undefined;
      if (client.waiting) gather();
    });
  };
  const gather = (): void => {
    // While the reader is behind, changes are only noted.
    if (gathering !== undefined || stalled !== undefined) return;
    gathering = clock.after(gather_ms, () => {
      gathering = undefined;
      write(client.take(clock.now()));
    });
  };
  const beat = (): Timer =>
    clock.after(heartbeat_ms, () => {
      if (!parts.allowed()) return end();
      if (stalled === undefined) write(': still here\n\n');
      heartbeat = beat();
    });

  heartbeat = beat();
  const leave = view.changes.listen((change) => {
    client.note(change);
    if (client.waiting) gather();
  });
  write(client.take(clock.now()));
  return end;
}
