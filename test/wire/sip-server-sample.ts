import { waitUntil } from '@trunkline/testkit/wait-until';
import type Srf from 'drachtio-srf';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type BarePeer, freshRequest, openPeer } from './sip-server-peer.ts';
import { type Application, assertNoCalls, assertNothingLeft, startTarget, type Target } from './sip-server-target.ts';

export type Handler = (req: Srf.SrfRequest, res: Srf.SrfResponse) => void;

/** Verbs that drachtio-srf has at run time and its types do not. */
type Verb =
  | 'prack'
  | 'options'
  | 'message'
  | 'notify'
  | 'subscribe'
  | 'publish'
  | 'refer'
  | 'register'
  | 'info'
  | 'bye';

/** Registers a handler as `srf.<verb>(handler)` does. */
export function on(srf: Srf, verb: Verb, handler: Handler): void {
  (srf as unknown as Record<string, (handler: Handler) => void>)[verb]?.(handler);
}

/** One sample of drachtio-srf's documentation: the server, and parties that are closed after each test. */
export interface Sample {
  readonly target: Target;
  application(tags?: readonly string[], prepare?: (srf: Srf) => void): Promise<Application>;
  peer(): Promise<BarePeer>;
  /** Request-URI of the server. */
  readonly server: string;
  /** Until requests reach the application: `srf.invite()` only queues the route. Asks by OPTIONS, which it answers unless told not to. */
  routed(app: Application, answers?: boolean): Promise<void>;
}

/** Starts the server before the tests of a file, and looks after each test that nothing is left of it. */
export function useSample(): () => Sample {
  let target: Target | undefined;
  let server = '';
  let open: { close(): unknown }[] = [];
  const keep = <T extends { close(): unknown }>(one: T): T => {
    open.push(one);
    return one;
  };
  const started = (): Target => {
    if (target === undefined) throw new Error('the server is not started');
    return target;
  };
  beforeAll(async () => {
    target = await startTarget();
    const { host, port } = await target.sip('udp');
    server = `sip:app@${host}:${port}`;
  });
  afterEach(async () => {
    await Promise.all(open.map((one) => one.close()));
    open = [];
    await assertNoCalls(started());
  });
  afterAll(async () => {
    await assertNothingLeft(started());
    await started().stop();
  });
  const peer = async (): Promise<BarePeer> => keep(await openPeer('udp', await started().sip('udp')));
  return () => ({
    target: started(),
    application: async (tags, prepare) => keep(await started().application(tags, prepare)),
    peer,
    server,
    async routed(app, answers = true) {
      const probe = await peer();
      if (answers) {
        on(app.srf, 'options', (_req, res) => {
          res.send(200);
        });
      }
      const answered = async (): Promise<boolean> => {
        const request = freshRequest(probe, 'OPTIONS', server);
        probe.send(request);
        const own = (one: (typeof probe.received)[number]): one is (typeof probe.received)[number] =>
          one.headers.get('call-id') === request.headers.get('call-id');
        const answer = await probe.take('an answer to OPTIONS', own);
        return answer.kind === 'response' && answer.status === 200;
      };
      await waitUntil(answered, { what: 'the routes of the application' });
    },
  });
}

interface Sent {
  on(event: 'response', run: (res: Srf.SrfResponse & { readonly status: number }) => void): void;
}
interface RequestOptions {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The dialog, for an application that has no `Dialog` object of it. */
  readonly stackDialogId?: string;
}
interface Requesting {
  request(uri: string, options: RequestOptions, sent: (error: unknown, req: Sent) => void): void;
}

/** `srf.request(uri, options)`, until the final response: its status. */
export function ask(srf: Srf, uri: string, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    (srf as unknown as Requesting).request(uri, options, (error, req) => {
      if (error) reject(error);
      else req.on('response', ({ status }) => void (status >= 200 && resolve(status)));
    });
  });
}
