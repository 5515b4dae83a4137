/** A request outside any dialog that expects one final response. */
export interface RequestSpec {
  readonly method: 'REGISTER' | 'OPTIONS';
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where to send it, when not where the URI says. */
  readonly next_hop?: string;
}

export interface FinalResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  /** Several fields of one name are joined by commas (RFC 3261 §7.3.1). */
  header(name: string): string | undefined;
}

/** No response came, or the request could not be sent; `reason` is for people. */
export interface NoResponse {
  readonly kind: 'none';
  readonly cause: 'no-answer' | 'unreachable';
  readonly reason: string;
}

export type Answer = FinalResponse | NoResponse;

/** How the edge sends requests of its own. `done` is called exactly once, never before `request` returns. */
export interface Requester {
  request(spec: RequestSpec, done: (answer: Answer) => void): void;
}
