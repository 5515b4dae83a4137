import { Headers } from '@trunkline/sip/headers';
import { sipRequest, sipResponse } from '@trunkline/sip/message';
import type { Application } from '@trunkline/sip-server/control/application';
import type { Core } from '@trunkline/sip-server/user-agent/core';
import { fromApplication } from '@trunkline/sip-server/user-agent/from-application';
import type { FuzzRandom } from './fuzz-random.ts';

export const FUZZ_VERBS = [
  'invite',
  'register',
  'options',
  'message',
  'subscribe',
  'notify',
  'refer',
  'info',
  'publish',
  'bye',
];

/** Statuses of an application that is of every opinion; 0: it never answers. */
const ANSWERS: readonly [number, ...number[]] = [0, 180, 183, 200, 200, 200, 202, 302, 404, 486, 500, 603];
const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n';

/** Asks that an application has in mind and has not made: bounded, the oldest forgotten. */
const MOST_WISHES = 256;

/** An application that answers by chance, calls others, and ends, cancels and changes its calls: from inside the process. */
export class FuzzApplication implements Application {
  readonly number = 1;
  readonly tags = ['fuzz'];
  open = true;
  congested = false;
  readonly waiting_bytes = 0;
  readonly #wishes: (() => void)[] = [];
  readonly #core: Core;
  readonly #random: FuzzRandom;
  #asked = 0;

  constructor(core: Core, random: FuzzRandom) {
    this.#core = core;
    this.#random = random;
    for (const verb of FUZZ_VERBS) core.routes.add(this, verb);
  }

  /** What the server tells: kept in mind and acted on later, because an application is another process. */
  send(meta: string): void {
    const fields = meta.split('|');
    const [, type, verdict] = fields;
    if (type === 'sip') this.#received(fields[8] ?? '', fields[9] ?? '');
    else if (type === 'response' && fields[3] === 'OK' && fields[10] !== undefined)
      this.#told(fields[10], fields[11] ?? '', verdict);
  }

  /** Carries out some of what it has in mind, and at times calls somebody. */
  act(): void {
    for (let turns = this.#random.below(3); turns > 0; turns -= 1) {
      const at = this.#random.below(this.#wishes.length);
      const [wish] = this.#wishes.splice(at, 1);
      wish?.();
    }
    if (this.#random.chance(4)) this.#call();
  }

  #wish(wish: () => void): void {
    if (this.#wishes.length >= MOST_WISHES) this.#wishes.shift();
    this.#wishes.push(wish);
  }

  #received(transaction: string, dialog: string): void {
    const status = this.#random.pick(ANSWERS);
    if (status === 0) return;
    this.#wish(() => this.#answer(transaction, status));
    if (status < 200) this.#wish(() => this.#answer(transaction, this.#random.pick([200, 487])));
    if (dialog !== '')
      this.#wish(() => this.#ask(this.#random.pick(['ACK', 'BYE', 'INVITE', 'PRACK', 'UPDATE', 'INFO']), '', dialog));
  }

  #told(transaction: string, dialog: string, _answered: string | undefined): void {
    if (dialog.includes(';from-tag='))
      this.#wish(() => this.#ask(this.#random.pick(['BYE', 'BYE', 'INVITE', 'INFO', 'REFER']), '', dialog));
    else if (this.#random.chance(30)) this.#wish(() => this.#ask('CANCEL', transaction, ''));
  }

  #answer(transaction: string, status: number): void {
    const headers = new Headers();
    if (this.#random.chance(10)) headers.set('Require', '100rel');
    if (this.#random.chance(10)) headers.set('Session-Expires', '90;refresher=uas');
    this.#say(sipResponse(status, '', headers, this.#random.chance(50) ? SDP : ''), transaction, '');
  }

  #call(): void {
    const method = this.#random.pick(['INVITE', 'INVITE', 'INVITE', 'OPTIONS', 'REGISTER', 'SUBSCRIBE']);
    this.#say(sipRequest(method, 'sip:far@192.0.2.9', new Headers(), method === 'INVITE' ? SDP : ''), '', '');
  }

  #ask(method: string, transaction: string, dialog: string): void {
    this.#say(
      sipRequest(method, 'sip:placeholder', new Headers(), method === 'INVITE' ? SDP : ''),
      transaction,
      dialog,
    );
  }

  #say(
    draft: ReturnType<typeof sipRequest> | ReturnType<typeof sipResponse>,
    transaction_id: string,
    dialog_id: string,
  ): void {
    this.#asked += 1;
    fromApplication(this.#core, this, { id: `q${this.#asked}`, transaction_id, dialog_id, route: '', draft });
  }
}
