import type { Diversion } from '@trunkline/contracts/call-record';

/** RFC 3323 §4.2 and RFC 3325 §9.3; values that we do not know are left out. */
export const privacyValues = ['header', 'session', 'user', 'none', 'critical', 'id', 'history'] as const;
export type PrivacyValue = (typeof privacyValues)[number];

/** A diversion with the header field in which the agent is told of it. */
export interface ReceivedDiversion extends Diversion {
  /** As it may be written again: made anew from what was read, never copied. */
  readonly text: string;
  /** Not to be shown (`Privacy: history` of its own, RFC 7044 §10.1; `privacy=full`, RFC 5806 §4.2). */
  readonly withheld: boolean;
}

/** What an INVITE says of its caller beyond From: believed only where the trunk says so. User parts, as written. */
export interface ReceivedIdentity {
  /** P-Asserted-Identity (RFC 3325 §9.1). */
  readonly asserted: string | null;
  /** P-Preferred-Identity (RFC 3325 §9.2). */
  readonly preferred: string | null;
  /** Remote-Party-ID of the caller (draft-ietf-sip-privacy-04), which came before P-Asserted-Identity. */
  readonly remote_party: string | null;
  readonly privacy: readonly PrivacyValue[];
  /** Remote-Party-ID has a privacy of its own. */
  readonly remote_party_private: boolean;
  readonly diversions: readonly ReceivedDiversion[];
}

export const noIdentity: ReceivedIdentity = {
  asserted: null,
  preferred: null,
  remote_party: null,
  privacy: [],
  remote_party_private: false,
  diversions: [],
};

/** Whether the caller asks that others are not told who calls (RFC 3323 §4.2, RFC 3325 §9.3). */
export function wantsPrivacy({ privacy, remote_party_private }: ReceivedIdentity): boolean {
  if (privacy.includes('none')) return false;
  return remote_party_private || privacy.some((value) => value === 'id' || value === 'user' || value === 'header');
}
