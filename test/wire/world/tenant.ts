import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { Stack } from '@trunkline/launcher/stack';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { z } from 'zod';

const identified = z.looseObject({ id: z.string() });
const trunkState = z.object({
  numbers: z.array(z.object({ number: z.string(), agent: z.string().nullable() })),
  applied: z.object({ edges_live: z.number(), on: z.array(z.string()) }),
});
const listed = z.object({ calls: z.array(z.object({ id: z.string(), outcome: z.string() })) });
const detailed = z.object({ record: z.looseObject({ id: z.string(), cause: z.string() }).nullable() });

/** A tenant of a running stack: does over HTTP what a tenant does, with what the tests of calls need. */
export interface Tenant {
  readonly api: ReturnType<typeof apiClient>;
  agent(body: { name: string; uri: string; auth?: { username: string; password: string } }): Promise<string>;
  trunk(body: { name: string; [field: string]: unknown }): Promise<string>;
  patchTrunk(trunk: string, body: Readonly<Record<string, unknown>>): Promise<void>;
  number(trunk: string, phone_number: string): Promise<string>;
  map(agent: string, number: string): Promise<void>;
  /** Waits until every live edge uses the trunk as it was last changed, with the numbers given. */
  applied(trunk: string, numbers: readonly string[]): Promise<void>;
  /** The record of the newest attempt to call `to`, once it is there. */
  recordTo(to: string): Promise<Readonly<Record<string, unknown>>>;
  /** How many attempts to call `to` ended in each outcome. */
  outcomesTo(to: string): Promise<Readonly<Record<string, number>>>;
}

export function tenantOf(stack: Stack): Tenant {
  const api = apiClient(stack.token);
  const { config, status } = stack.urls;
  const endedTo = async (to: string) =>
    listed.parse(await api.get(`${status}/calls?state=ended&limit=200&to=${encodeURIComponent(to)}`)).calls;
  const made = async (url: string, body: unknown): Promise<string> => identified.parse(await api.post(url, body)).id;
  return {
    api,
    agent: (body) => made(`${config}/agents`, body),
    trunk: (body) =>
      made(`${config}/sip-trunks/trunks`, {
        provider: 'custom',
        auth_type: 'ip-based',
        inbound_enabled: true,
        qualify_frequency: 0,
        ...body,
      }),
    patchTrunk: async (trunk, body) => void (await api.patch(`${config}/sip-trunks/trunks/${trunk}`, body)),
    number: (trunk, phone_number) => made(`${config}/sip-trunks/trunks/${trunk}/numbers`, { phone_number }),
    map: async (agent_id, phone_number_id) =>
      void (await api.post(`${config}/inbound/setup`, { agent_id, phone_number_id })),
    applied: async (trunk, numbers) =>
      void (await waitUntil(
        async () => {
          const state = trunkState.parse(await api.get(`${status}/trunks/${trunk}`));
          const present = state.numbers.map(({ number }) => number);
          const { edges_live, on } = state.applied;
          return numbers.every((one) => present.includes(one)) && edges_live > 0 && on.length === edges_live;
        },
        { what: `trunk ${trunk} on the edge` },
      )),
    recordTo: (to) =>
      waitUntil(
        async () => {
          const [newest] = await endedTo(to);
          return newest && detailed.parse(await api.get(`${status}/calls/${newest.id}`)).record;
        },
        { what: `the record of a call to ${to}` },
      ),
    outcomesTo: async (to) => {
      const counted: Record<string, number> = {};
      for (const { outcome } of await endedTo(to)) counted[outcome] = (counted[outcome] ?? 0) + 1;
      return counted;
    },
  };
}
