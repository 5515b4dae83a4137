import type { EventId } from '@trunkline/contracts/ids';
import { Call, type CallOpening } from '../call/call.ts';
import type { LegA, LegAReport } from '../call/legs.ts';
import type { ReceiveInviteParts } from './receive-invite.ts';
import { withRecord } from './with-record.ts';

/** Begins an admitted call. `accept` makes its leg A. */
export function beginCall(
  parts: Pick<ReceiveInviteParts, 'clock' | 'ids' | 'calls' | 'announce' | 'callParts' | 'onBegin'>,
  opening: Omit<CallOpening, 'legA'>,
  accept: (report: (report: LegAReport) => void) => LegA,
): void {
  const { clock, ids, calls, announce, onBegin } = parts;
  const { id } = opening.facts;
  const onOver = onBegin(id);
  const legA = accept((report) => call.reportFromA(report));
  const call: Call = new Call(
    {
      ...parts.callParts,
      clock,
      ids,
      announce,
      onTerminated: (finished) => {
        calls.remove(id);
        onOver();
        announce(withRecord('call.ended', finished, ids.ulid() as EventId));
      },
    },
    { ...opening, legA },
  );
  calls.add(call);
  call.start();
}
