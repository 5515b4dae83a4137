import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inboxPrefix } from '@trunkline/contracts/nats-access';
import { BusDownError } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

/** The connection to NATS, kept up for ever. Parts that live as long as the process hang on {@link Link.follow}. */
export interface Link {
  readonly connected: boolean;
  /** {@link close} was called: nothing will connect again. */
  readonly closed: boolean;
  /** Where this connection hears answers. */
  readonly inbox_prefix: string;
  /** Throws {@link BusDownError} while there is none. */
  connection(): NatsConnection;
  /** Calls `up` now when connected, and after every connect and reconnect; `down` after every loss. Returns how to leave. */
  follow(follower: Follower): () => void;
  close(): Promise<void>;
}

export interface Follower {
  up(connection: NatsConnection): void;
  down?(): void;
}

export interface LinkOptions {
  /** `nats://user:password@host:port`; without a user where the server asks for none. */
  readonly url: string;
  /** Shown by NATS in its list of connections. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock: Clock;
}

const connectDeadline_ms = 5_000;
const firstRetry_ms = 100;
const maxRetry_ms = 2_000;
/** A peer that is silent for `pingInterval_ms` times `maxPingOut` counts as gone. */
const pingInterval_ms = 3_000;
const maxPingOut = 2;
const closeDeadline_ms = 2_000;

/** With `wait` the link is returned at once and connects when it can; without, it rejects unless NATS answers now. */
export async function openLink(options: LinkOptions, wait: boolean): Promise<Link> {
  const { logger, clock } = options;
  const followers = new Set<Follower>();
  const access = readAccess(options.url);
  let current: NatsConnection | undefined;
  let connected = false;
  let closing = false;
  let cancelRetry = (): void => {};

  const tell = (up: boolean): void => {
    if (connected === up) return;
    connected = up;
    if (up) logger.info('Connected to NATS', { server: current?.getServer() });
    else if (!closing) logger.warn('Lost the connection to NATS');
    for (const follower of [...followers]) {
      if (up && current !== undefined) follower.up(current);
      else if (!up) follower.down?.();
    }
  };
  const use = (connection: NatsConnection): void => {
    current = connection;
    void readStatus(connection, tell);
    void connection.closed().then(() => {
      tell(false);
      current = undefined;
      if (!closing) retry(firstRetry_ms);
    });
    tell(true);
  };
  const retry = (delay_ms: number): void => {
    const timer = clock.after(delay_ms, () => {
      dial(options, access).then(
        (connection) => (closing ? void connection.close() : use(connection)),
        () => closing || retry(Math.min(delay_ms * 2, maxRetry_ms)),
      );
    });
    cancelRetry = () => timer.cancel();
  };

  try {
    use(await dial(options, access));
  } catch (error) {
    if (!wait) throw new BusDownError('NATS does not answer', { cause: error });
    logger.warn('NATS does not answer yet', { error: String(error) });
    retry(firstRetry_ms);
  }

  return {
    get connected() {
      return connected;
    },
    get closed() {
      return closing;
    },
    inbox_prefix: access.inboxPrefix,
    connection() {
      if (!connected || current === undefined) throw new BusDownError('NATS is not connected');
      return current;
    },
    follow(follower) {
      followers.add(follower);
      if (connected && current !== undefined) follower.up(current);
      return () => followers.delete(follower);
    },
    async close() {
      closing = true;
      cancelRetry();
      const connection = current;
      const wasConnected = connected;
      tell(false);
      if (connection === undefined) return;
      const closed = wasConnected ? connection.drain() : connection.close();
      await withDeadline(clock, closeDeadline_ms, closed).catch(() => connection.close());
    },
  };
}

interface Access {
  readonly servers: string;
  readonly inboxPrefix: string;
  readonly user?: string;
  readonly pass?: string;
}

/** The library takes no user from an address. */
function readAccess(url: string): Access {
  const { protocol, host, username, password } = new URL(url);
  const servers = `${protocol}//${host}`;
  const user = decodeURIComponent(username);
  if (user === '') return { servers, inboxPrefix: '_INBOX' };
  return { servers, inboxPrefix: inboxPrefix(user), user, pass: decodeURIComponent(password) };
}

function dial({ name }: LinkOptions, access: Access): Promise<NatsConnection> {
  return connect({
    ...access,
    name,
    timeout: connectDeadline_ms,
    maxReconnectAttempts: -1,
    reconnectTimeWait: firstRetry_ms,
    reconnectJitter: firstRetry_ms,
    ignoreAuthErrorAbort: true,
    pingInterval: pingInterval_ms,
    maxPingOut,
  });
}

async function readStatus(connection: NatsConnection, tell: (up: boolean) => void): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') tell(false);
    if (status.type === 'reconnect') tell(true);
  }
}

/** Rejects with {@link BusDownError} when `work` takes longer than `deadline_ms`. */
export async function withDeadline<T>(clock: Clock, deadline_ms: number, work: Promise<T>): Promise<T> {
  let timer = { cancel: (): void => {} };
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(deadline_ms, () => reject(new BusDownError(`NATS did not answer within ${deadline_ms} ms`)));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.cancel();
  }
}

/** The same, and rejects at once when the connection is lost: what was asked then is never answered. */
export async function whileConnected<T>(link: Link, clock: Clock, deadline_ms: number, work: Promise<T>): Promise<T> {
  let leave = (): void => {};
  const lost = new Promise<never>((_, reject) => {
    leave = link.follow({ up: () => {}, down: () => reject(new BusDownError('The connection to NATS was lost')) });
  });
  try {
    return await withDeadline(clock, deadline_ms, Promise.race([work, lost]));
  } finally {
    leave();
  }
}
