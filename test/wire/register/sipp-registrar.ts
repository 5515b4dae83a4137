import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

/** One answer of a carrier, with header lines of its own. */
export interface SippReply {
  readonly status: number;
  readonly reason: string;
  readonly headers?: readonly string[];
}

export interface SippRegistrar {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** SIPp as a registrar that gives the answers of a list to the REGISTERs of one Call-ID, one after the other, and then is silent. */
export async function startSippRegistrar(address: string, replies: readonly SippReply[]): Promise<SippRegistrar> {
  const port = await freePort(address);
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-sipp-'));
  const scenario = join(folder, 'scenario.xml');
  await writeFile(scenario, scenarioOf(replies));
  const program = await startProgram({
    name: 'sipp',
    command: 'sipp',
    args: [
      '-sf',
      scenario,
      '-i',
      address,
      '-p',
      String(port),
      '-nostdin',
      '-m',
      '1',
      '-timeout',
      '120s',
      '-skip_rlimit',
    ],
    cwd: folder,
  });
  return {
    address,
    port,
    async stop() {
      await program.stop(1_000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const minute_ms = 60_000;

function scenarioOf(replies: readonly SippReply[]): string {
  const steps = replies.map((reply) => `  <recv request="REGISTER"/>\n  <send><![CDATA[${messageOf(reply)}]]></send>`);
  const end = replies.length === 0 ? '  <recv request="REGISTER"/>\n' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="registrar">\n${steps.join('\n')}\n${end}  <pause milliseconds="${minute_ms}"/>\n</scenario>\n`;
}

function messageOf({ status, reason, headers = [] }: SippReply): string {
  const lines = [
    `SIP/2.0 ${status} ${reason}`,
    ...['[last_Via:]', '[last_From:]', '[last_To:];tag=[call_number]', '[last_Call-ID:]', '[last_CSeq:]'],
    ...(status < 300 ? ['[last_Contact:]'] : []),
    ...headers,
    'Content-Length: 0',
  ];
  return `\n\n${lines.map((line) => `      ${line}`).join('\n')}\n\n`;
}
