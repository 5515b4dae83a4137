import type { Answer, Requester, RequestSpec } from '../trunks/requester.ts';
import type { SipLink } from './sip-link.ts';
import type { SrfResponse } from './srf-types.ts';

/**
 * Requests of our own outside any dialog. drachtio-srf's own digest client is not used: it knows MD5 alone and one challenge per
 * Call-ID, so the challenge is the caller's to answer.
 */
export class SrfRequester implements Requester {
  readonly #link: SipLink;
  readonly #connected: () => boolean;
  /** Requests whose answer is awaited. */
  readonly #open = new Set<(answer: Answer) => void>();

  constructor(link: SipLink, connected: () => boolean) {
    this.#link = link;
    this.#connected = connected;
  }

  request(spec: RequestSpec, done: (answer: Answer) => void): void {
    const finish = (answer: Answer): void => {
      if (this.#open.delete(finish)) done(answer);
    };
    this.#open.add(finish);
    if (!this.#connected())
      return queueMicrotask(() => finish(unreachable('There is no connection to the SIP server')));
    const { method, headers, next_hop } = spec;
    const options = {
      method,
      headers: this.#link.understood(headers),
      ...(next_hop === undefined ? {} : { proxy: next_hop }),
    };
    this.#link.srf.request(spec.uri, options, (error, request) => {
      if (request === undefined || (error !== null && error !== undefined)) return finish(unreachable(textOf(error)));
      request.on('response', (response) => {
        if (response.status >= 200) finish(answerOf(response));
      });
    });
  }

  /** No answer can come any more. */
  lost(): void {
    for (const finish of this.#open) finish(unreachable('The connection to the SIP server was lost'));
  }
}

function answerOf(response: SrfResponse): Answer {
  const { status, reason } = response;
  // RFC 3261 §8.1.3.1: the SIP server makes a 408 of a request that nobody answered, and a 503 of one that could not be sent.
  if (status === 408) return { kind: 'none', cause: 'no-answer', reason: 'No answer (408)' };
  return { kind: 'response', status, reason, header: (name) => response.get(name) };
}

function unreachable(reason: string): Answer {
  return { kind: 'none', cause: 'unreachable', reason };
}

function textOf(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: string };
  return `The request could not be sent: ${message ?? String(error)}`.slice(0, 200);
}
