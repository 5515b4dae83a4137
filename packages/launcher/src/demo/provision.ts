import type { Clock } from '@trunkline/runtime/clock';
import { z } from 'zod';
import { Fault } from '../fault.ts';
import { waitUntil } from '../wait.ts';
import type { ApiClient } from './api-client.ts';
import { cast } from './cast.ts';

const appliedDeadline_ms = 15_000;

const named = z.object({ id: z.string(), name: z.string() });
const numbered = z.object({ id: z.string(), phone_number: z.string() });
const trunkState = z.object({
  gateways: z.array(z.object({ port: z.number() })),
  numbers: z.array(z.object({ id: z.string(), agent: z.string().nullable() })),
  applied: z.object({ edges_live: z.number(), on: z.array(z.string()) }),
});

export interface Provisioning {
  readonly config: string;
  readonly status: string;
  readonly gateway: { readonly address: string; readonly port: number };
  readonly agentUri: string;
  readonly passwords: { readonly carrier: string; readonly agent: string };
}

export interface Provisioned {
  readonly trunk: string;
  readonly agent: string;
  readonly number: string;
}

async function saveByName(
  api: ApiClient,
  url: string,
  body: { readonly name: string; readonly [field: string]: unknown },
): Promise<string> {
  const present = z
    .array(named)
    .parse(await api.get(url))
    .find(({ name }) => name === body.name);
  if (present === undefined) return named.parse(await api.post(url, body)).id;
  await api.patch(`${url}/${present.id}`, body);
  return present.id;
}

async function saveNumber(api: ApiClient, url: string): Promise<string> {
  const present = z
    .array(numbered)
    .parse(await api.get(url))
    .find((one) => one.phone_number === cast.did);
  return present?.id ?? numbered.parse(await api.post(url, { phone_number: cast.did, name: 'Demo number' })).id;
}

/**
 * Makes the agent, the trunk and the number over the API, or brings those of an earlier run up to date, and waits until an
 * edge admits calls by them.
 */
export async function provision(api: ApiClient, clock: Clock, wanted: Provisioning): Promise<Provisioned> {
  const { config, status, gateway, passwords } = wanted;
  const agent = await saveByName(api, `${config}/agents`, {
    name: cast.agentName,
    uri: wanted.agentUri,
    auth: { username: cast.agent.username, password: passwords.agent },
    is_active: true,
  });
  const trunk = await saveByName(api, `${config}/sip-trunks/trunks`, {
    name: cast.trunkName,
    provider: 'custom',
    description: 'Made by ./trunkline demo',
    auth_type: 'userpass',
    auth_username: cast.carrier.username,
    auth_password: passwords.carrier,
    gateways: [{ gateway_address: gateway.address, port: gateway.port, priority: 1 }],
    ip_identifiers: [{ ip_address: gateway.address }],
    inbound_enabled: true,
    qualify_frequency: 0,
    is_active: true,
  });
  const number = await saveNumber(api, `${config}/sip-trunks/trunks/${trunk}/numbers`);
  await api.post(`${config}/inbound/setup`, { agent_id: agent, phone_number_id: number });

  const reason = await waitUntil(clock, appliedDeadline_ms, async () => {
    const state = await api.get(`${status}/trunks/${trunk}`).then(trunkState.parse, () => undefined);
    if (state === undefined) return 'the status service does not know the trunk yet';
    const current = state.gateways.some(({ port }) => port === gateway.port);
    if (!current || !state.numbers.some((one) => one.id === number && one.agent === agent)) {
      return 'the status service has not seen the change';
    }
    const { edges_live, on } = state.applied;
    return edges_live > 0 && on.length === edges_live ? undefined : `${on.length} of ${edges_live} edges have it`;
  });
  if (reason !== undefined) throw new Fault(`The trunk was stored but is not in use: ${reason}.`);
  return { trunk, agent, number };
}
