import type { Clock } from '@trunkline/runtime/clock';

/** What all transactions share: who keeps them, and whom they tell when they are over. */
export interface TransactionOwner {
  readonly clock: Clock;
  /** Called once for each, when it is terminated. */
  serverEnded(key: string): void;
  clientEnded(key: string): void;
  /** An event that its table calls impossible. */
  impossible(machine: string, phase: string, event: string): void;
}
