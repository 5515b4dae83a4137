import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

export interface DyingGateway {
  readonly port: number;
  /** Its process is gone from one moment to the next. */
  die(): Promise<void>;
}

const scenario = `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="rings for ever">
  <recv request="INVITE"/>
  <send><![CDATA[

      SIP/2.0 180 Ringing
      [last_Via:]
      [last_From:]
      [last_To:];tag=[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port]>
      Content-Length: 0

]]></send>
  <recv request="CANCEL" timeout="120000"/>
</scenario>
`;

/** SIPp as a gateway that rings and never answers, until it is killed. */
export async function startDyingGateway(address: string): Promise<DyingGateway> {
  const port = await freePort(address);
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-dying-'));
  const file = join(folder, 'scenario.xml');
  await writeFile(file, scenario);
  const program = await startProgram({
    name: 'sipp',
    command: 'sipp',
    args: ['-sf', file, '-i', address, '-p', String(port), '-nostdin', '-m', '1', '-timeout', '120s', '-skip_rlimit'],
    cwd: folder,
  });
  return {
    port,
    async die() {
      program.kill('SIGKILL');
      await program.waitForExit();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
