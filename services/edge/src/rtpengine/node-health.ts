/** What pings say of a node. */
export interface NodeHealth {
  readonly isUp: boolean;
  /** Outcomes in a row that speak against `isUp`. */
  readonly against: number;
}

export const newNodeHealth: NodeHealth = { isUp: true, against: 0 };

/** A ping is due this long after the last one was answered or given up. */
export const pingInterval_ms = 250;
export const pingDeadline_ms = 250;
/** Three at 250 ms: a node that was killed is known to be down within a second. */
const missesUntilDown = 3;
const answersUntilUp = 2;

/** Pure: one more ping. */
export function afterPing({ isUp, against }: NodeHealth, answered: boolean): NodeHealth {
  if (answered === isUp) return { isUp, against: 0 };
  const enough = against + 1 >= (isUp ? missesUntilDown : answersUntilUp);
  return enough ? { isUp: !isUp, against: 0 } : { isUp, against: against + 1 };
}
