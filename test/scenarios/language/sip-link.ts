/**
 * The connection between the edge and its SIP server. Frames keep their order in each direction; they can be held back, so that
 * messages cross, and they are lost with the link.
 */
export class SipLink {
  #held: { toServer: (() => void)[]; toEdge: (() => void)[] } | null = null;
  #life = 0;

  /** Counts the lives of the connection: what began in another one is gone. */
  get life(): number {
    return this.#life;
  }

  toServer(frame: () => void): void {
    const life = this.#life;
    const arrive = (): void => {
      if (life === this.#life) frame();
    };
    if (this.#held !== null) this.#held.toServer.push(arrive);
    else queueMicrotask(arrive);
  }

  toEdge(frame: () => void): void {
    if (this.#held !== null) this.#held.toEdge.push(frame);
    else frame();
  }

  /** From now on nothing arrives, in either direction. */
  hold(): void {
    this.#held ??= { toServer: [], toEdge: [] };
  }

  /** What was held arrives: first at the server, then at the edge. */
  release(): void {
    const held = this.#held;
    this.#held = null;
    for (const frame of held?.toServer ?? []) frame();
    for (const frame of held?.toEdge ?? []) frame();
  }

  lose(): void {
    this.#life += 1;
    this.#held = null;
  }
}
