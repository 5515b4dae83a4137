import { z } from 'zod';
import { causeSchema } from './causes.ts';
import { explanationSchema } from './explanation.ts';
import { accountIdSchema, agentIdSchema, callIdSchema, edgeIdSchema, numberIdSchema, trunkIdSchema } from './ids.ts';
import { instantSchema } from './time.ts';
import { transportSchema } from './trunk.ts';

export const directionSchema = z.enum(['inbound', 'outbound', 'unknown']);
export type Direction = z.infer<typeof directionSchema>;

export const outcomes = ['completed', 'cancelled', 'busy', 'declined', 'no-answer', 'refused', 'failed'] as const;
export const outcomeSchema = z.enum(outcomes);
export type Outcome = z.infer<typeof outcomeSchema>;

/** One INVITE that we sent on leg B. */
export const attemptSchema = z.strictObject({
  /** Request-URI of the INVITE, without credentials. */
  uri: z.string(),
  /** Gateway's `host:port`, or the agent's name. */
  target: z.string(),
  started_at: instantSchema,
  ringing_at: instantSchema.nullable(),
  ended_at: instantSchema.nullable(),
  /** Final status received, 200 when answered; null when none came. */
  status: z.number().int().nullable(),
  reason: z.string().nullable(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const streamStatsSchema = z.strictObject({
  /** RTP packets that arrived from that side and were relayed to the other. */
  packets_received: z.number().int().nonnegative(),
  octets_received: z.number().int().nonnegative(),
  /** Packets of that side that the relay could not pass on. */
  errors: z.number().int().nonnegative(),
  /** What the far end of this stream reported of it by RTCP (RFC 3550 §6.4); absent where nobody reported. */
  quality: z
    .strictObject({
      /** Packets that did not arrive there. */
      lost: z.number().int().nonnegative(),
      loss_percent: z.number().nonnegative(),
      jitter_ms: z.number().nonnegative(),
      round_trip_ms: z.number().nonnegative(),
      /** Estimate of the mean opinion score, 1 to 5; null where it cannot be estimated. */
      mos: z.number().min(0).max(5).nullable(),
    })
    .optional(),
});
export type StreamStats = z.infer<typeof streamStatsSchema>;

export const ladderParties = ['caller', 'trunkline', 'callee'] as const;
export const ladderStepSchema = z.strictObject({
  at: instantSchema,
  from: z.enum(ladderParties),
  to: z.enum(ladderParties),
  /** `INVITE`, `180 Ringing`, `200 OK (INVITE)`: never a header or a body. */
  text: z.string().max(120),
});
export type LadderStep = z.infer<typeof ladderStepSchema>;
export const maxLadderSteps = 64;

/** Which header field told the caller's number. */
export const identitySources = ['p-asserted-identity', 'p-preferred-identity', 'remote-party-id', 'from'] as const;

export const diversionSchema = z.strictObject({
  /** Who diverted the call: user part of the URI. */
  from: z.string().max(128),
  /** `user-busy`, `no-answer`, `unconditional` (RFC 5806 §4.2); null when not told. */
  reason: z.string().max(40).nullable(),
  by: z.enum(['diversion', 'history-info']),
});
export type Diversion = z.infer<typeof diversionSchema>;
export const maxDiversions = 8;

/** Who the caller is said to be. */
export const callerSchema = z.strictObject({
  /** By a network or an agent that we believe; null when nobody did, or when it is withheld. */
  asserted: z.string().max(128).nullable(),
  asserted_by: z.enum(identitySources).nullable(),
  /** In From: as the caller wrote it to us, or as we wrote it to the carrier. Null: anonymous, or withheld. */
  presented: z.string().max(128).nullable(),
  /** The caller asked not to be shown (RFC 3323). */
  private: z.boolean(),
  diversions: z.array(diversionSchema).max(maxDiversions),
});
export type CallerShown = z.infer<typeof callerSchema>;

/** One per attempt, whatever became of it. */
export const callRecordSchema = z.strictObject({
  id: callIdSchema,
  edge: edgeIdSchema,
  /** Null when the attempt could not be ascribed to one account: only the operator sees it. */
  account: accountIdSchema.nullable(),
  direction: directionSchema,
  trunk: trunkIdSchema.nullable(),
  trunk_name: z.string().nullable(),
  number: numberIdSchema.nullable(),
  agent: agentIdSchema.nullable(),
  agent_name: z.string().nullable(),
  /** The caller as the agent was told, or the number that the agent called from; the user part of the Request-URI. */
  from: z.string(),
  to: z.string(),
  /** Absent for attempts that were refused, and in records of before. */
  caller: callerSchema.optional(),
  /** Call-ID of leg A; empty when we were to call the agent and did not come to that. */
  sip_call_id: z.string(),
  sip_call_id_b: z.string().nullable(),
  /** Null for a call that we were asked over the API to make. */
  source: z.strictObject({ address: z.string(), port: z.number().int(), transport: transportSchema }).nullable(),
  /** How the caller was recognised: the network that matched, or the digest user name; `api`: we were asked to make the call. */
  admitted_by: z.strictObject({ by: z.enum(['acl', 'digest', 'registration', 'api']), detail: z.string() }).nullable(),
  explanation: explanationSchema,
  attempts: z.array(attemptSchema),
  outcome: outcomeSchema,
  cause: causeSchema,
  cause_text: z.string(),
  /** Final status sent on leg A; null when the caller cancelled before one was due or vanished. */
  status: z.number().int().nullable(),
  ended_by: z.enum(['caller', 'callee', 'trunkline']),
  started_at: instantSchema,
  ringing_at: instantSchema.nullable(),
  answered_at: instantSchema.nullable(),
  ended_at: instantSchema,
  /** From the INVITE in to the first ringing or answer from the callee. */
  post_dial_delay_ms: z.number().int().nonnegative().nullable(),
  /** From answer to end; 0 when never answered. */
  duration_ms: z.number().int().nonnegative(),
  media: z
    .strictObject({
      caller: streamStatsSchema,
      callee: streamStatsSchema,
      /** Which way audio went, and what to look for when it did not. Absent for calls that were not answered. */
      finding: z.string().optional(),
      /** rtpengine nodes that carried the call, in order: more than one when it was moved. */
      nodes: z.array(z.string()).optional(),
      /** Recordings, by node: `<node>:<path below its recording directory>`, with `*` for a number that the node adds. */
      recordings: z.array(z.string()).optional(),
    })
    .nullable(),
  ladder: z.array(ladderStepSchema).max(maxLadderSteps),
});
export type CallRecord = z.infer<typeof callRecordSchema>;
