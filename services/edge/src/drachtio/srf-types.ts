/**
 * The part of drachtio-srf that the edge uses, typed as it behaves: its own declarations leave out callbacks and fields
 * that these files rely on.
 */
export interface SrfMessage {
  readonly body: string | undefined;
  readonly source: 'network' | 'application';
  readonly source_address: string;
  readonly source_port: string | number;
  readonly protocol: string;
  get(name: string): string | undefined;
  has(name: string): boolean;
}

export interface SrfRequest extends SrfMessage {
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly uri: string;
  cancel(options: { headers?: Record<string, string> }, done: (error: unknown) => void): void;
  on(event: 'cancel', listener: () => void): void;
  /** Every response above 100 to a request that we sent. */
  on(event: 'response', listener: (response: SrfResponse) => void): void;
}

export interface SendOptions {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface SrfResponse extends SrfMessage {
  readonly status: number;
  readonly reason: string;
  readonly finalResponseSent: boolean;
  send(status: number, reason: string, options: SendOptions, done?: (error: unknown) => void): void;
}

/** Sends the ACK of a 200 to a re-INVITE. */
export type Acknowledge = (options: SendOptions) => void;

export interface SrfDialog {
  readonly id: string;
  readonly connected: boolean;
  other: SrfDialog;
  readonly local: { sdp: string; readonly contact: string };
  /** `uri`: the remote target. */
  readonly remote: { sdp: string; readonly uri: string };
  /** Of a dialog that we opened, the response that did. */
  readonly res?: SrfResponse;
  destroy(options: { headers?: Record<string, string> }, done: (error: unknown) => void): void;
  /** `done` is called for every response, provisional ones too. */
  request(
    options: { method: string; headers?: Record<string, string>; body?: string; noAck?: true },
    /** `acknowledge`: with `noAck`, the 200 waits for it. */
    done: (error: unknown, response?: SrfResponse, acknowledge?: Acknowledge) => void,
  ): void;
  removeListener(event: 'ack' | 'destroy', listener: (request: SrfRequest) => void): void;
  on(event: 'ack', listener: (request: SrfRequest) => void): void;
  on(event: 'destroy', listener: (request: SrfRequest, reason: string) => void): void;
  on(event: 'modify', listener: (request: SrfRequest, response: SrfResponse) => void): void;
}

export interface Srf {
  connect(options: { host: string; port: number; secret: string; reconnect: { retryMaxDelay: number } }): void;
  disconnect(): void;
  on(event: 'connect', listener: (error: unknown, host_ports: string, version: string) => void): void;
  on(event: 'error', listener: (error: unknown) => void): void;
  on(event: 'close', listener: () => void): void;
  invite(handle: (request: SrfRequest, response: SrfResponse) => void): void;
  options(handle: (request: SrfRequest, response: SrfResponse) => void): void;
  register(handle: (request: SrfRequest, response: SrfResponse) => void): void;
  request(
    uri: string,
    options: {
      method: string;
      headers: Record<string, string>;
      body?: string;
      proxy?: string;
      /** The dialog to send it in. */
      stackDialogId?: string;
    },
    done: (error: unknown, request?: SrfRequest) => void,
  ): void;
  createUAS(
    request: SrfRequest,
    response: SrfResponse,
    options: { localSdp: string; headers?: Record<string, string> },
    done: (error: unknown, dialog?: SrfDialog) => void,
  ): void;
  createUAC(
    uri: string,
    options: {
      headers: Record<string, string>;
      localSdp: string;
      proxy?: string;
    },
    progress: {
      cbRequest: (error: unknown, request?: SrfRequest) => void;
      cbProvisional: (response: SrfResponse) => void;
    },
    done: (error: unknown, dialog?: SrfDialog) => void,
  ): void;
}
