import type { Instant } from '@trunkline/contracts/time';

/** What the user agent asks before it does anything for somebody. */
export interface Gate {
  /** Before a message is looked at; false: it is dropped. */
  takesFrom(address: string): boolean;
  /** A request outside a dialog that is not worth an answer. */
  isScanner(user_agent: string | undefined): boolean;
  /** A new INVITE; false: 503. It counts as admitted when it is. */
  admits(): boolean;
  /** An application was given what it answers at once; to be called when it has. */
  applicationAsked(): Asked;
}

export interface Asked {
  readonly since: Instant;
  answered(): void;
}

const NOT_MEASURED: Asked = { since: 0 as Instant, answered: () => {} };

/** For a user agent without a server around it. */
export const OPEN_GATE: Gate = {
  takesFrom: () => true,
  isScanner: () => false,
  admits: () => true,
  applicationAsked: () => NOT_MEASURED,
};
