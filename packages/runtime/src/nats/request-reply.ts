import { headers, type Msg, type NatsConnection, RequestError } from '@nats-io/transport-node';
import { BusDownError, type Subscription } from '../bus.ts';
import type { Logger } from '../logger.ts';
import type { Link } from './link.ts';

/** Carried by the reply when the answering side failed, so that the asking side need not wait for its deadline. */
const failedHeader = 'Trunkline-Failed';

export async function request(link: Link, subject: string, payload: string, timeout_ms: number): Promise<string> {
  let reply: Msg;
  try {
    reply = await link.connection().request(subject, payload, { timeout: timeout_ms });
  } catch (error) {
    if (error instanceof BusDownError) throw error;
    const unheard = error instanceof RequestError && error.isNoResponders();
    throw new BusDownError(`Nobody answered ${subject}`, { cause: error, unheard });
  }
  if (reply.headers?.has(failedHeader) === true) throw new BusDownError(`The service that answers ${subject} failed`);
  return reply.string();
}

export function respond(
  link: Link,
  logger: Logger,
  subject: string,
  queue: string,
  answer: (payload: string, subject: string) => Promise<string>,
): Subscription {
  let subscribed: { readonly connection: NatsConnection; readonly unsubscribe: () => void } | undefined;
  const reply = async (message: Msg): Promise<void> => {
    try {
      message.respond(await answer(message.string(), message.subject));
    } catch (error) {
      logger.error('A request was not answered', { subject: message.subject, error });
      const failed = headers();
      failed.set(failedHeader, '1');
      message.respond('', { headers: failed });
    }
  };
  const leave = link.follow({
    up(connection) {
      if (subscribed?.connection === connection) return;
      const subscription = connection.subscribe(subject, {
        queue,
        callback: (error, message) => {
          if (error === null) void reply(message);
        },
      });
      subscribed = { connection, unsubscribe: () => subscription.unsubscribe() };
    },
  });
  return {
    async stop() {
      leave();
      subscribed?.unsubscribe();
    },
  };
}
