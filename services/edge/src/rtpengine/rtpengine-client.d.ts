declare module 'rtpengine-client' {
  import type { EventEmitter } from 'node:events';

  type Parameters = Readonly<Record<string, unknown>>;
  interface Node {
    readonly host: string;
    readonly port: number;
  }
  type Send = (node: Node, parameters: Parameters) => Promise<Record<string, unknown>>;

  /** UDP. A reply that comes after the timeout is emitted as `error`. */
  export class Client extends EventEmitter {
    constructor(options: { localAddress?: string; localPort?: number; timeout?: number });
    ping: Send;
    offer: Send;
    answer: Send;
    delete: Send;
    query: Send;
    statistics: Send;
    close(): void;
  }
}
