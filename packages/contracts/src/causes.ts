import { z } from 'zod';

/** Why an attempt was refused or a call ended. One name everywhere: response, Reason header, record, metric, log. */
export const causes = [
  // Admission
  'malformed-request',
  'too-many-hops',
  'policy-not-ready',
  'draining',
  'overloaded',
  'source-unknown',
  'bad-credentials',
  'number-unknown',
  'number-ambiguous',
  'number-without-agent',
  'trunk-inactive',
  'trunk-expired',
  'inbound-disabled',
  'outbound-disabled',
  'agent-inactive',
  'agent-not-registered',
  'caller-number-missing',
  'caller-number-not-owned',
  'callee-number-invalid',
  'no-gateway',
  'carrier-not-registered',
  'channel-limit',
  'rate-limit',
  'account-channel-limit',
  'account-rate-limit',
  'no-common-codec',
  'encryption-required',
  'encryption-not-enabled',
  'encryption-without-tls',
  'media-unavailable',
  // The far end's answer
  'caller-cancelled',
  'callee-busy',
  'callee-declined',
  'callee-unavailable',
  'callee-not-found',
  'callee-refused',
  'no-answer',
  'gateway-silent',
  'gateway-unreachable',
  'gateway-untrusted',
  'gateway-failed',
  'credentials-refused',
  'answer-unusable',
  'encryption-refused',
  // Our offer to the side that is answered last
  'caller-answer-missing',
  'caller-answer-unusable',
  'caller-encryption-refused',
  'agent-refused',
  'agent-no-answer',
  'agent-unreachable',
  // The end of an answered call
  'caller-hung-up',
  'callee-hung-up',
  'ack-missing',
  'session-expired',
  'media-silent',
  'media-lost',
  'duration-limit',
  'hung-up-by-operator',
  'signalling-lost',
  'edge-lost',
  'shutdown',
  'internal-error',
] as const;
export const causeSchema = z.enum(causes);
export type Cause = z.infer<typeof causeSchema>;

export type CauseLevel = 'debug' | 'info' | 'warn' | 'error';

export interface CauseFacts {
  /** Response to leg A when no final response has been sent yet (RFC 3261 §21). */
  readonly status: number;
  /** Q.850 value for the Reason header (RFC 3326). */
  readonly q850: number;
  /** One sentence for people: the record's and the Reason header's text. ASCII, without double quotes. */
  readonly text: string;
  readonly level: CauseLevel;
  /** Seconds for Retry-After, where the caller may usefully try again. */
  readonly retry_after_s?: number;
}

const facts = (
  status: number,
  q850: number,
  text: string,
  level: CauseLevel = 'info',
  retry_after_s?: number,
): CauseFacts =>
  retry_after_s === undefined ? { status, q850, text, level } : { status, q850, text, level, retry_after_s };

export const causeTable: Readonly<Record<Cause, CauseFacts>> = {
  'malformed-request': facts(400, 111, 'The request is not well formed'),
  'too-many-hops': facts(483, 25, 'Max-Forwards is used up'),
  'policy-not-ready': facts(503, 41, 'The trunks are not loaded yet', 'warn', 5),
  draining: facts(503, 41, 'This server takes no new calls', 'info', 30),
  overloaded: facts(503, 42, 'This server carries as many calls as it may', 'warn', 5),
  'source-unknown': facts(401, 21, 'The source address is on no access list and the challenge was not answered'),
  'bad-credentials': facts(403, 21, 'The credentials are wrong'),
  'number-unknown': facts(404, 1, 'The called number belongs to no trunk that the caller may use'),
  'number-ambiguous': facts(485, 1, 'The called number is on several trunks that the caller may use', 'warn'),
  'number-without-agent': facts(404, 3, 'The called number has no agent'),
  'trunk-inactive': facts(403, 21, 'The trunk is not active'),
  'trunk-expired': facts(403, 21, 'The trunk has expired'),
  'inbound-disabled': facts(403, 21, 'The trunk takes no inbound calls'),
  'outbound-disabled': facts(403, 21, 'The trunk takes no outbound calls'),
  'agent-inactive': facts(480, 20, 'The agent is not active'),
  'agent-not-registered': facts(480, 20, 'The agent is not registered'),
  'caller-number-missing': facts(403, 21, 'The caller number is missing: it selects the trunk'),
  'caller-number-not-owned': facts(403, 21, 'The caller number is on no trunk of the account'),
  'callee-number-invalid': facts(484, 28, 'The called number is not a telephone number'),
  'no-gateway': facts(503, 38, 'The trunk has no gateway', 'warn'),
  'carrier-not-registered': facts(480, 20, 'The carrier of the trunk is not registered with us'),
  'channel-limit': facts(503, 34, 'All channels of the trunk are in use', 'info', 10),
  'rate-limit': facts(503, 42, 'The trunk takes no more calls this second', 'info', 1),
  'account-channel-limit': facts(503, 34, 'The account has as many calls as it may', 'info', 10),
  'account-rate-limit': facts(503, 42, 'The account takes no more calls this second', 'info', 1),
  'no-common-codec': facts(488, 65, 'The offer has none of the codecs of the trunk'),
  'encryption-required': facts(488, 65, 'The trunk requires SRTP and the caller offers none'),
  'encryption-not-enabled': facts(488, 65, 'The caller offers only SRTP and its side of the call has no SRTP'),
  'encryption-without-tls': facts(488, 65, 'The trunk requires SRTP and its keys may only travel over TLS', 'warn'),
  'media-unavailable': facts(503, 47, 'The media relay does not answer', 'error', 5),
  'caller-cancelled': facts(487, 16, 'The caller cancelled'),
  'callee-busy': facts(486, 17, 'The callee is busy'),
  'callee-declined': facts(603, 21, 'The callee declined'),
  'callee-unavailable': facts(480, 20, 'The callee is not available'),
  'callee-not-found': facts(404, 1, 'The callee does not exist'),
  'callee-refused': facts(500, 127, 'The callee refused the call'),
  'no-answer': facts(480, 19, 'The callee rang and did not answer'),
  'gateway-silent': facts(504, 102, 'The far end did not answer the INVITE', 'warn'),
  'gateway-unreachable': facts(503, 38, 'The far end cannot be reached', 'warn'),
  'gateway-untrusted': facts(503, 38, 'The certificate of the far end was refused', 'warn'),
  'gateway-failed': facts(503, 38, 'The far end failed', 'warn'),
  'credentials-refused': facts(503, 38, 'The far end refused our credentials', 'warn'),
  'answer-unusable': facts(502, 65, 'The answer of the far end cannot be used', 'warn'),
  'encryption-refused': facts(488, 65, 'The side that was called answered without the SRTP that is required', 'warn'),
  'caller-answer-missing': facts(488, 65, 'The ACK of the caller has no answer to our offer', 'warn'),
  'caller-answer-unusable': facts(488, 65, 'The answer of the caller to our offer cannot be used', 'warn'),
  'caller-encryption-refused': facts(
    488,
    65,
    'The caller answered our offer without the SRTP that is required',
    'warn',
  ),
  'agent-refused': facts(480, 21, 'The callee answered and the agent refused the call', 'warn'),
  'agent-no-answer': facts(480, 19, 'The callee answered and the agent did not', 'warn'),
  'agent-unreachable': facts(503, 20, 'The callee answered and the agent could not be reached', 'warn'),
  'caller-hung-up': facts(487, 16, 'The caller hung up'),
  'callee-hung-up': facts(480, 16, 'The callee hung up'),
  'ack-missing': facts(408, 102, 'The caller did not acknowledge the answer', 'warn'),
  'session-expired': facts(408, 102, 'The session was not refreshed', 'warn'),
  'media-silent': facts(408, 41, 'No audio arrived any more', 'warn'),
  'media-lost': facts(503, 41, 'The media relay failed and the call could not be moved to another one', 'error', 5),
  'duration-limit': facts(480, 31, 'The call reached its longest duration'),
  'hung-up-by-operator': facts(480, 16, 'The call was ended over the API'),
  'signalling-lost': facts(503, 38, 'The connection to the SIP server was lost', 'error'),
  'edge-lost': facts(503, 38, 'The edge that carried the call is gone', 'error'),
  shutdown: facts(503, 41, 'This server is shutting down', 'warn', 30),
  'internal-error': facts(500, 41, 'A fault in Trunkline', 'error'),
};

/** RFC 3326 §2. The text is ours, so it needs no escaping. */
export function reasonHeader(cause: Cause): string {
  const { q850, text } = causeTable[cause];
  return `Q.850;cause=${q850};text="${text}"`;
}
