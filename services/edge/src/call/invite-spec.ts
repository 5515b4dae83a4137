import type { CallState } from './call-state.ts';
import type { InviteSpec, LegCredentials } from './legs.ts';

/** The INVITE to the target of the newest attempt. Pure. */
export function inviteSpec(state: CallState, credentials: LegCredentials | null): InviteSpec {
  const { facts, attempts, offer_b } = state;
  const target = facts.targets[attempts.length - 1];
  return {
    uri: attempts.at(-1)?.uri ?? '',
    from: facts.from_uri,
    to: facts.to_uri,
    headers: facts.headers,
    sdp: offer_b,
    credentials,
    ...(facts.dialog_id === undefined ? {} : { other_leg: facts.dialog_id }),
    ...(target?.next_hop === undefined ? {} : { next_hop: target.next_hop }),
    ...(target?.route === undefined ? {} : { route: target.route }),
  };
}
