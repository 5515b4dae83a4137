import type { Agent } from '@trunkline/contracts/agent';
import type { Sealed } from '@trunkline/contracts/sealed';
import type { Instant } from '@trunkline/contracts/time';
import { accept, type Result, refuse } from '../../result.ts';
import type { AgentDraft } from '../../store/store.ts';
import { readSources } from '../read-sources.ts';
import { combine, type Problem, problem } from '../refusal.ts';
import type { AgentBody } from './agent-body.ts';

/** Pure: `base` with every field that the body gives. `password` is the sealed one of the body, if it has one. */
export function toAgent(
  body: AgentBody,
  { base, password, now }: { readonly base: AgentDraft; readonly password: Sealed | null; readonly now: Instant },
): Result<AgentDraft, Problem> {
  const before = base.agent;
  const sources = body.ip_identifiers === undefined ? undefined : readSources(body.ip_identifiers);
  const auth = authOf(body, before, password);
  const problems = [...(sources?.problems ?? []), ...(auth === 'password-missing' ? [passwordMissing] : [])];
  const [first, ...others] = problems;
  if (first !== undefined) return refuse(combine([first, ...others]));
  const agent: Agent = {
    ...before,
    name: body.name ?? before.name,
    uri: body.uri ?? before.uri,
    auth: auth === 'password-missing' ? null : auth,
    acl: sources === undefined ? before.acl : [...sources.cidrs],
    is_active: body.is_active ?? before.is_active,
    updated_at: now,
  };
  const given = body.ip_identifiers?.map(({ ip_address }) => ip_address);
  return accept({
    agent,
    as_given: given === undefined ? base.as_given : { ...base.as_given, ip_identifiers: given },
  });
}

const passwordMissing = problem(400, 'auth.password must be given with auth.username', 'auth.password');

function authOf(body: AgentBody, before: Agent, password: Sealed | null): Agent['auth'] | 'password-missing' {
  if (body.auth === undefined) return before.auth;
  if (body.auth === null) return null;
  const kept = password ?? before.auth?.password;
  return kept === undefined ? 'password-missing' : { username: body.auth.username, password: kept };
}
