import type { Instant } from '@trunkline/contracts/time';
import type { Caller } from './caller.ts';
import { trunkFault } from './details.ts';
import { chooseAgent, inUse, type OutboundHit, type OutboundHits } from './find-outbound.ts';
import { isForeignNumber } from './outbound-caller.ts';
import type { Policy } from './policy.ts';
import type { ReceivedInvite } from './received-invite.ts';

/**
 * The trunks by which an agent may call from a number that is on none of its account's: those that show foreign numbers. The
 * carrier knows the call by the trunk's first number.
 */
export function findForeign(invite: ReceivedInvite, caller: Caller, policy: Policy, now: Instant): OutboundHits {
  if (!isForeignNumber(invite.from_user)) return { hits: [], strangers: [] };
  const agents = [...caller.agents.flatMap(({ owners }) => [...owners]), ...caller.proven];
  const accounts = new Set(agents.flatMap((agent) => (agent.kind === 'agent' ? [agent.account] : [])));
  const hits = [...accounts].flatMap((account) =>
    policy.numbersShowingForeign(account).flatMap((number): OutboundHit[] => {
      const chosen = chooseAgent(number, caller, policy);
      const isMeant = caller.on_trunk === undefined || caller.on_trunk === number.trunk.id;
      if (chosen === undefined || !isMeant) return [];
      const { agent, standing } = chosen;
      return [
        {
          agent,
          number,
          standing,
          fault: agent.is_active ? trunkFault(number.trunk, 'outbound', now) : 'agent-inactive',
        },
      ];
    }),
  );
  return { hits: hits.sort(inUse), strangers: [] };
}
