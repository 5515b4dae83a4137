import { type Cause, causeTable } from '@trunkline/contracts/causes';
import type { Explanation } from '@trunkline/contracts/explanation';

/** The explanation of an INVITE that was admitted and then refused: a limit, the media, the overload. The choice stands. */
export function refusedLater(explanation: Explanation, cause: Cause): Explanation {
  return { ...explanation, decision: 'refused', cause, summary: `${causeTable[cause].text}. ${explanation.summary}` };
}
