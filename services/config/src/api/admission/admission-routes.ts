import { isIP } from 'node:net';
import { causeTable } from '@trunkline/contracts/causes';
import { explanationSchema } from '@trunkline/contracts/explanation';
import { transports } from '@trunkline/contracts/trunk';
import type { Admission } from '@trunkline/policy/admission';
import { createNonces } from '@trunkline/policy/nonces';
import type { Verdict } from '@trunkline/policy/verdict';
import { z } from 'zod';
import type { Routes } from '../api-parts.ts';
import { errorAnswers } from '../error-body.ts';
import { sayMissing, textField, usernameField, wholeField } from '../fields.ts';
import { problem, Refusal } from '../refusal.ts';
import { accessOf } from '../require-access.ts';
import { dryRun } from './dry-run.ts';

const address = z
  .string({ error: sayMissing('must be given', 'must be text') })
  .refine((text) => isIP(text) !== 0, 'must be an IPv4 or IPv6 address');

const bodySchema = z.object(
  {
    source: z.object(
      {
        address,
        port: wholeField(1, 65_535).default(5060),
        transport: z.enum(transports, { error: "must be 'udp', 'tcp' or 'tls'" }).default('udp'),
      },
      { error: 'must be an object with address' },
    ),
    /** User part of From: the caller's number. */
    from: textField(128).optional(),
    /** User part of the Request-URI: the called number. */
    to: textField(128),
    /** Whoever has this user name is taken to prove its password. */
    digest_user: usernameField(1, 128).optional(),
  },
  { error: 'must be a JSON object' },
);

const named = z.object({ id: z.string(), name: z.string() });
const answerSchema = z.object({
  decision: z.enum(['accept', 'challenge', 'refuse', 'drop']),
  /** What the caller would hear; null where nothing is sent, or where leg B decides. */
  status: z.number().int().nullable(),
  cause: z.string().nullable(),
  cause_text: z.string().nullable(),
  direction: z.enum(['inbound', 'outbound']).nullable(),
  trunk: named.nullable(),
  agent: named.nullable(),
  number: z.string().nullable(),
  /** Where the call would be sent, in the order of the attempts. */
  targets: z.array(z.string()),
  explanation: explanationSchema,
});
type Answer = z.infer<typeof answerSchema>;

const blank = { direction: null, trunk: null, agent: null, number: null, targets: [] };
const unauthorized = 401;

function answerOf(verdict: Verdict<Admission>): Answer {
  const { kind, explanation } = verdict;
  if (kind === 'challenge') {
    return { ...blank, decision: kind, status: unauthorized, cause: null, cause_text: null, explanation };
  }
  if (kind !== 'accept') {
    const { status, text } = causeTable[verdict.cause];
    const sent = kind === 'drop' ? null : status;
    return { ...blank, decision: kind, status: sent, cause: verdict.cause, cause_text: text, explanation };
  }
  const { value } = verdict;
  const targets = value.direction === 'inbound' ? [value.target.uri] : value.targets.map(({ uri }) => uri);
  const { direction, trunk, agent, number } = value;
  return {
    decision: kind,
    status: null,
    cause: null,
    cause_text: null,
    direction,
    trunk: { id: trunk.id, name: trunk.name },
    agent: { id: agent.id, name: agent.name },
    number: number.number,
    targets,
    explanation,
  };
}

/** What would become of an INVITE, and why: decided here by the function that the edges decide by, on what they are told. */
export const admissionRoutes: Routes = async (scope, { clock, ids, policy }) => {
  // Nothing outside ever sees these nonces.
  const nonces = createNonces(Buffer.from(ids.hex(32), 'hex'));
  scope.post(
    '/admission/dry-run',
    {
      schema: {
        summary: 'Tell what would become of an INVITE, and why',
        body: bodySchema,
        response: { 200: answerSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { source, from = null, to, digest_user: username = null } = request.body;
      const { account, operator } = accessOf(request);
      const known = policy();
      if (known === undefined) {
        throw new Refusal({
          ...problem(503, 'The trunks are not loaded from NATS yet: try again shortly'),
          retry_after_s: 1,
        });
      }
      const request_uri = `sip:${to}@trunkline.invalid`;
      const hops = { method: 'INVITE', request_uri, max_forwards: 70 };
      const invite = { source, ...hops, called: to, to, caller: from, from_user: from };
      return answerOf(dryRun({ invite, username, account: operator ? null : account }, known, clock.now(), nonces));
    },
  );
};
