import type { Cause } from '@trunkline/contracts/causes';
import type { LeftOut } from '@trunkline/contracts/explanation';
import type { ReceivedInvite } from './received-invite.ts';

/** What an INVITE proves by digest. Default realm and a fresh nonce of ours unless said otherwise. */
export interface CaseDigest {
  readonly username: string;
  readonly password: string;
  readonly nonce?: 'fresh' | 'old' | 'foreign';
  readonly realm?: string;
  readonly algorithm?: 'MD5' | 'SHA-256' | 'SHA-256-sess';
}

export interface AdmissionCase {
  /** Reads on from "An INVITE". */
  readonly name: string;
  readonly from: string;
  readonly called: string | null;
  readonly to?: string;
  readonly caller?: string | null;
  readonly digest?: CaseDigest;
  /** Instead of `digest`: the header as it came. */
  readonly authorization?: string;
  readonly max_forwards?: number;
  readonly expect: Expected;
}

/** Names of trunks and agents that are listed and left out. Those that are not named may be listed or not. */
type LeftOutByName = Readonly<Record<string, LeftOut>>;

export type Expected = { readonly left_out?: LeftOutByName } & (
  | {
      readonly kind: 'inbound';
      readonly trunk: string;
      readonly agent: string;
      readonly uri: string;
      /** The network, or `digest:` and the user name. */
      readonly by: string;
    }
  | {
      readonly kind: 'outbound';
      readonly agent: string;
      readonly trunk: string;
      readonly uris: readonly string[];
      readonly from_user: string;
      readonly by: string;
    }
  | { readonly kind: 'challenge'; readonly stale?: boolean }
  | { readonly kind: 'refuse'; readonly cause: Cause }
);

/** The caller of every case that names none: on no trunk of the world. */
export const foreignCaller = '+15557654321';

/** The INVITE of a case; `authorization` answers the case's digest. */
export function inviteOf(admissionCase: AdmissionCase, authorization: string | null): ReceivedInvite {
  const { from, called, to, max_forwards } = admissionCase;
  const caller = admissionCase.caller === undefined ? foreignCaller : admissionCase.caller;
  return {
    source: { address: from, port: 5060, transport: 'udp' },
    method: 'INVITE',
    request_uri: `sip:${called === null ? '' : `${called}@`}trunkline.example`,
    called,
    to: to ?? called,
    caller,
    from_user: caller,
    authorization,
    max_forwards: max_forwards ?? 70,
  };
}
