import { z } from 'zod';
import type { AgentDraft } from '../../store/store.ts';
import { ipIdentifierSchema } from '../bolna/trunk-body.ts';
import { flagField, listField, passwordField, sipUriField, textField, usernameField } from '../fields.ts';
import { iso } from '../iso.ts';

const notAnObject = { error: 'must be a JSON object' };

const authSchema = z.object(
  { username: usernameField(3, 128), password: passwordField(8).optional() },
  { error: 'must be an object with username and password, or null' },
);

const fields = {
  name: textField(255),
  uri: sipUriField.meta({ example: 'sip:agent@192.0.2.10:5060' }),
  /** A username without a password keeps the present password. */
  auth: authSchema.nullable(),
  ip_identifiers: listField(ipIdentifierSchema, 256),
  is_active: flagField,
};

export const patchAgentSchema = z.object(fields, notAnObject).partial();
const { name, uri, ...optional } = fields;
export const createAgentSchema = z.object({ name, uri, ...z.object(optional).partial().shape }, notAnObject);
export type AgentBody = z.infer<typeof patchAgentSchema>;

export const agentAnswerSchema = z.object({
  id: z.string(),
  name: z.string(),
  uri: z.string(),
  auth: z.object({ username: z.string() }).nullable(),
  ip_identifiers: z.array(z.object({ ip_address: z.string() })),
  is_active: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** Pure: the response body of an agent. The password is never answered. */
export function agentAnswer({ agent, as_given }: AgentDraft): z.infer<typeof agentAnswerSchema> {
  const given = z.array(z.string()).safeParse(as_given['ip_identifiers']).data ?? agent.acl;
  return {
    id: agent.id,
    name: agent.name,
    uri: agent.uri,
    auth: agent.auth === null ? null : { username: agent.auth.username },
    ip_identifiers: given.map((ip_address) => ({ ip_address })),
    is_active: agent.is_active,
    created_at: iso(agent.created_at),
    updated_at: iso(agent.updated_at),
  };
}
