import type { Instant } from '@trunkline/contracts/time';
import type { Application } from '../control/application.ts';

/** What the user agent asks before it does anything for somebody, and what it tells of applications. */
export interface Gate {
  /** Before a message is looked at; false: it is dropped. */
  takesFrom(address: string): boolean;
  /** Nothing of this address is to be taken for so long, as an application says that knows more of it. */
  ban(address: string, seconds: number): void;
  /** A request outside a dialog that is not worth an answer. */
  isScanner(user_agent: string | undefined): boolean;
  /** Whether there is an application that may be given a new INVITE; false: 503. */
  hasRoom(): boolean;
  /** A new INVITE was answered with 503. */
  turnedAway(): void;
  /** Whether this application may be given a new INVITE; it counts as given when it may. */
  admits(app: Application): boolean;
  /** An application was given a BYE, which it answers at once, or a new INVITE. */
  asked(app: Application, method: 'BYE' | 'INVITE'): Asked;
  /** An application calls somebody: it has got to an INVITE that it was given, most likely to the oldest. */
  calls(app: Application): void;
}

export interface Asked {
  readonly since: Instant;
  /** To be called when it has answered in any way, or need not any more. */
  answered(): void;
}

const NOT_MEASURED: Asked = { since: 0 as Instant, answered: () => {} };

/** For a user agent without a server around it. */
export const OPEN_GATE: Gate = {
  takesFrom: () => true,
  ban: () => {},
  isScanner: () => false,
  hasRoom: () => true,
  turnedAway: () => {},
  admits: () => true,
  asked: () => NOT_MEASURED,
  calls: () => {},
};
