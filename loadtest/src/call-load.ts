import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apiClient } from '@trunkline/launcher/demo/api-client';
import type { ProcessName, Stack } from '@trunkline/launcher/stack';
import { sumOf } from '@trunkline/launcher/stack/metrics';
import { waitUntil } from '@trunkline/testkit/wait-until';
import { z } from 'zod';
import { type ProcessUse, processUse } from './process-use.ts';
import { type SippCounts, startSipp } from './sipp.ts';

export interface CallLoadOptions {
  readonly rate_per_s: number;
  readonly duration_s: number;
  readonly hold_ms: number;
  /** Folder of the SIPp scenarios. */
  readonly scenarios: string;
  /** Folder for statistics; made when absent. */
  readonly folder: string;
}

export interface CallLoadResult {
  readonly calls: number;
  readonly carrier: SippCounts;
  readonly agent: SippCounts;
  /** Records that status has of these calls, by outcome. */
  readonly records: Readonly<Record<string, number>>;
  readonly left: { readonly calls: number; readonly dialogs: number; readonly rtpengine_sessions: number };
  readonly use: Readonly<Record<string, { readonly before: ProcessUse; readonly after: ProcessUse }>>;
}

/** Where the loads come from and go to. */
export const carrierAddress = '127.0.0.21';
export const agentAddress = '127.0.0.22';
const measured: readonly ProcessName[] = ['sip-server', 'edge', 'rtpengine', 'config', 'status', 'nats-server'];
const identified = z.object({ id: z.string() });

/** SIPp as carrier and as agent on both sides of a running stack, admitted by address, with rtpengine in between. */
export async function runCallLoad(stack: Stack, options: CallLoadOptions): Promise<CallLoadResult> {
  mkdirSync(options.folder, { recursive: true });
  const agent = await startSipp({
    name: 'agent',
    scenario: join(options.scenarios, 'agent.xml'),
    address: agentAddress,
    folder: options.folder,
  });
  try {
    const did = await provision(stack, agent.port);
    const before = useOf(stack);
    const calls = options.rate_per_s * options.duration_s;
    const { host, port } = stack.addresses.sip;
    const carrier = await startSipp({
      name: 'carrier',
      scenario: join(options.scenarios, 'carrier.xml'),
      address: carrierAddress,
      folder: options.folder,
      target: `${host}:${port}`,
      args: [
        ...['-s', did.number, '-r', String(options.rate_per_s), '-m', String(calls), '-d', String(options.hold_ms)],
        ...['-l', String(maxConcurrent), '-timeout', `${options.duration_s + 60}s`],
      ],
    });
    await carrier.program.waitForExit((options.duration_s + 90) * 1_000);
    const left = await nothingLeft(stack);
    const records = await waitForRecords(stack, did.trunk, calls);
    const use = Object.fromEntries(
      Object.entries(useOf(stack)).flatMap(([name, after]) => {
        const first = before[name];
        return first === undefined ? [] : [[name, { before: first, after }]];
      }),
    );
    return { calls, carrier: carrier.counts(), agent: agent.counts(), records, left, use };
  } finally {
    await agent.program.stop();
  }
}

/** SIPp refuses more calls at once than it has descriptors for. */
const maxConcurrent = 5_000;

/** A trunk, its number, and the agent behind it, in use by every edge. */
export async function provision(stack: Stack, agentPort: number): Promise<{ trunk: string; number: string }> {
  const { config } = stack.urls;
  const api = apiClient(stack.token);
  const mark = `${agentPort}-${(await api.get(`${config}/agents`).then((list) => (list as unknown[]).length)) + 1}`;
  const number = `+1202${String(1_000_000 + (Number.parseInt(mark.replace('-', ''), 10) % 9_000_000))}`;
  const agent = identified.parse(
    await api.post(`${config}/agents`, { name: `Load ${mark}`, uri: `sip:agent@${agentAddress}:${agentPort}` }),
  );
  const trunk = identified.parse(
    await api.post(`${config}/sip-trunks/trunks`, {
      name: `Load ${mark}`,
      provider: 'sipp',
      auth_type: 'ip-based',
      gateways: [{ gateway_address: carrierAddress }],
      ip_identifiers: [{ ip_address: carrierAddress }],
      inbound_enabled: true,
      qualify_frequency: 0,
    }),
  );
  const numbers = `${config}/sip-trunks/trunks/${trunk.id}/numbers`;
  const did = identified.parse(await api.post(numbers, { phone_number: number }));
  await api.post(`${config}/inbound/setup`, { agent_id: agent.id, phone_number_id: did.id });
  await waitUntil(async () => applied(await api.get(`${stack.urls.status}/trunks/${trunk.id}`)), {
    what: 'the trunk on the edge',
    deadline_ms: 10_000,
  });
  return { trunk: trunk.id, number };
}

const trunkState = z.object({
  numbers: z.array(z.object({ agent: z.string().nullable() })),
  applied: z.object({ edges_live: z.number(), on: z.array(z.string()) }),
});

function applied(answer: unknown): boolean {
  const state = trunkState.safeParse(answer);
  if (!state.success) return false;
  const { edges_live, on } = state.data.applied;
  return state.data.numbers.some(({ agent }) => agent !== null) && edges_live > 0 && on.length === edges_live;
}

/** Waits until the edge and rtpengine are empty, and tells what is there when it gave up waiting. */
export async function nothingLeft(stack: Stack): Promise<CallLoadResult['left']> {
  const read = async (): Promise<CallLoadResult['left']> => {
    const { host, port } = stack.addresses.edgeHealth;
    const edge = await (await fetch(`http://${host}:${port}/metrics`)).text();
    const calls = Number(/^trunkline_calls\{[^}]*\} (\d+)/m.exec(edge)?.[1] ?? Number.NaN);
    const dialogs = sumOf(await stack.sipServerGauges(), 'trunkline_sip_dialogs') ?? Number.NaN;
    return { calls, dialogs, rtpengine_sessions: await stack.rtpengineSessions() };
  };
  const empty = ({ calls, dialogs, rtpengine_sessions }: CallLoadResult['left']) =>
    calls === 0 && dialogs === 0 && rtpengine_sessions === 0;
  await waitUntil(async () => empty(await read()), { what: 'an empty system', deadline_ms: 15_000 }).catch(() => {});
  return read();
}

async function waitForRecords(stack: Stack, trunk: string, calls: number): Promise<Record<string, number>> {
  const api = apiClient(stack.token);
  let counted: Record<string, number> = {};
  await waitUntil(
    async () => {
      counted = await countRecords(api, `${stack.urls.status}/calls?state=ended&trunk=${trunk}&limit=200`);
      return Object.values(counted).reduce((sum, one) => sum + one, 0) >= calls;
    },
    { what: 'all records', deadline_ms: 20_000 },
  ).catch(() => {});
  return counted;
}

const page = z.object({ calls: z.array(z.object({ outcome: z.string() })), next_cursor: z.string().nullable() });

async function countRecords(api: ReturnType<typeof apiClient>, url: string): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer: z.infer<typeof page> = page.parse(await api.get(cursor === '' ? url : `${url}&cursor=${cursor}`));
    for (const { outcome } of answer.calls) counted[outcome] = (counted[outcome] ?? 0) + 1;
    cursor = answer.next_cursor;
  }
  return counted;
}

/** Of every process that a call may cost something. */
export function useOf(stack: Stack): Record<string, ProcessUse> {
  return Object.fromEntries(
    measured.flatMap((name) => {
      const pid = stack.pid(name);
      return pid === undefined ? [] : [[name, processUse(pid)]];
    }),
  );
}
