import type { TrunkId } from '@trunkline/contracts/ids';
import type { AdmittedBy } from './admission.ts';
import type { AclMatch, PolicyAgent, PolicyTrunk, Principal } from './policy.ts';

/** Who may be calling: everyone on whose access list the source is, and everyone whose password the INVITE proved. */
export interface Caller {
  /** Longest prefix first. */
  readonly trunks: readonly AclMatch<PolicyTrunk>[];
  /** Longest prefix first. */
  readonly agents: readonly AclMatch<PolicyAgent>[];
  readonly proven: readonly Principal[];
  /** Digest user name of `proven`; null when no digest was needed. */
  readonly username: string | null;
  /** The trunk whose registered Contact the INVITE is for; null when it is for none. */
  readonly registered?: PolicyTrunk | null;
  /** The API vouches for who is `proven`: there is no INVITE of theirs. */
  readonly is_api?: true;
  /** No other trunk may be used. */
  readonly on_trunk?: TrunkId;
}

/** By what right a principal is among the callers. */
export interface Standing {
  readonly admitted_by: AdmittedBy;
  /** Higher is more certain: a password before any network, a longer prefix before a shorter one. */
  readonly rank: number;
}

/** Above every prefix length. */
const rankOfDigest = 1_000;
const rankOfRegistration = 2_000;

/** Undefined when the principal is not among the callers. */
export function standingOf(caller: Caller, principal: Principal): Standing | undefined {
  if (caller.registered === principal) {
    const detail = principal.kind === 'trunk' ? (principal.username ?? '') : '';
    return { admitted_by: { by: 'registration', detail }, rank: rankOfRegistration };
  }
  if (caller.proven.includes(principal)) {
    const by = caller.is_api === true ? 'api' : 'digest';
    return { admitted_by: { by, detail: caller.username ?? '' }, rank: rankOfDigest };
  }
  const match =
    principal.kind === 'trunk'
      ? caller.trunks.find(({ owners }) => owners.has(principal))
      : caller.agents.find(({ owners }) => owners.has(principal));
  return match === undefined ? undefined : { admitted_by: { by: 'acl', detail: match.cidr }, rank: match.length };
}

/** The highest rank among the callers of one kind; undefined when there is none. */
export function bestRank(caller: Caller, kind: Principal['kind']): number | undefined {
  if (kind === 'trunk' && (caller.registered ?? null) !== null) return rankOfRegistration;
  if (caller.proven.some((principal) => principal.kind === kind)) return rankOfDigest;
  return (kind === 'trunk' ? caller.trunks : caller.agents)[0]?.length;
}
