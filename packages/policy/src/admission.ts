import type { Gateway } from '@trunkline/contracts/trunk';
import type { InboundCaller } from './inbound-caller.ts';
import type { OutboundCaller } from './outbound-caller.ts';
import type { PolicyAgent, PolicyNumber, PolicyTrunk } from './policy.ts';
import type { Routing } from './route-set.ts';

/** How the caller was recognised: the network that matched, the digest user name, the Contact that only the registrar knows, or our API. */
export interface AdmittedBy {
  readonly by: 'acl' | 'digest' | 'registration' | 'api';
  readonly detail: string;
}

/** A carrier's INVITE for an agent. */
export interface InboundAdmission {
  readonly direction: 'inbound';
  readonly admitted_by: AdmittedBy;
  readonly trunk: PolicyTrunk;
  readonly number: PolicyNumber;
  readonly agent: PolicyAgent;
  /** Request-URI of leg B: the agent's URI, with the called number as its user where it has none; or where it has registered. */
  readonly target: AgentTarget;
  readonly caller: InboundCaller;
  /** To be tried when the first does not work. */
  readonly more_targets?: readonly AgentTarget[];
}

export interface AgentTarget extends Routing {
  readonly uri: string;
}

/** One gateway to try, or one place where the carrier has registered with us. */
export interface Target extends Routing {
  /** Null: the carrier came to us. */
  readonly gateway: Gateway | null;
  /** `host:port`, for records. */
  readonly name: string;
  /** Request-URI of leg B: `sip:+4930123456@203.0.113.7:5060;transport=tcp`. */
  readonly uri: string;
}

/** How we answer the carrier's 401 or 407. */
export interface CarrierCredentials {
  readonly username: string;
  /** Undefined when the sealed password cannot be opened: the call then fails as `credentials-refused`. */
  readonly openPassword: () => string | undefined;
}

/** An agent's INVITE for a carrier. */
export interface OutboundAdmission {
  readonly direction: 'outbound';
  readonly admitted_by: AdmittedBy;
  readonly agent: PolicyAgent;
  readonly trunk: PolicyTrunk;
  /** The caller's number, which selected the trunk. */
  readonly number: PolicyNumber;
  /** At least one; in the order in which to try them. */
  readonly targets: readonly [Target, ...Target[]];
  /** The dialled number in the trunk's format: user part of the targets and of To. */
  readonly called_user: string;
  /** The caller's number in the trunk's format. */
  readonly from_user: string;
  /** How the carrier and the callee are told of the caller. */
  readonly caller: OutboundCaller;
  /** Null on trunks that are known to the carrier by address. */
  readonly credentials: CarrierCredentials | null;
}

export type Admission = InboundAdmission | OutboundAdmission;
