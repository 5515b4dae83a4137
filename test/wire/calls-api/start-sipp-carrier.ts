import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '@trunkline/testkit/child-process';
import { freePort } from '@trunkline/testkit/free-port';

export interface SippCarrier {
  readonly port: number;
  /** Resolves when its one call went as in its scenario, to the end; rejects when not. */
  done(): Promise<void>;
  stop(): Promise<void>;
}

const reply = (first: string, ...more: readonly string[]): string => {
  const copied = ['[last_Via:]', '[last_From:]', '[last_To:];tag=[call_number]', '[last_Call-ID:]', '[last_CSeq:]'];
  return `<send><![CDATA[\n\n${[`SIP/2.0 ${first}`, ...copied, ...more].map((line) => `      ${line}`).join('\n')}\n\n]]></send>`;
};
const contact = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>';
const sdp = [
  ...['Content-Type: application/sdp', 'Content-Length: [len]', ''],
  ...['v=0', 'o=- 1 1 IN IP4 [local_ip]', 's=-', 'c=IN IP4 [local_ip]', 't=0 0', 'm=audio 40000 RTP/AVP 0'],
  'a=rtpmap:0 PCMU/8000',
];
/** The CANCEL's own Via and CSeq are those of the last message; the INVITE's have to be kept for its 487. */
const keep = `<action>
    <ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>
    <ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
  </action>`;
const terminated = `<send><![CDATA[

      SIP/2.0 487 Request Terminated
      Via:[$via]
      [last_From:]
      [last_To:];tag=[call_number]
      [last_Call-ID:]
      CSeq:[$cseq]
      Content-Length: 0

]]></send>`;

const scenarios = {
  answers: `<recv request="INVITE"/>
  ${reply('180 Ringing', contact, 'Content-Length: 0')}
  ${reply('200 OK', contact, ...sdp)}
  <recv request="ACK"/>
  <recv request="BYE"/>
  ${reply('200 OK', 'Content-Length: 0')}`,
  'rings until it is cancelled': `<recv request="INVITE">${keep}</recv>
  ${reply('180 Ringing', contact, 'Content-Length: 0')}
  <recv request="CANCEL"/>
  ${reply('200 OK', 'Content-Length: 0')}
  ${terminated}
  <recv request="ACK"/>`,
  'is busy': `<recv request="INVITE"/>
  ${reply('486 Busy Here', 'Content-Length: 0')}
  <recv request="ACK"/>`,
} as const;

const doneDeadline_ms = 30_000;

/** SIPp as a carrier that takes one call. */
export async function startSippCarrier(address: string, does: keyof typeof scenarios): Promise<SippCarrier> {
  const port = await freePort(address);
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-carrier-'));
  const file = join(folder, 'scenario.xml');
  await writeFile(
    file,
    `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="carrier">\n${scenarios[does]}\n</scenario>\n`,
  );
  const program = await startProgram({
    name: 'sipp',
    command: 'sipp',
    args: ['-sf', file, '-i', address, '-p', String(port), '-nostdin', '-m', '1', '-timeout', '120s', '-skip_rlimit'],
    cwd: folder,
  });
  return {
    port,
    async done() {
      const exit = await program.waitForExit(doneDeadline_ms);
      if (exit.code !== 0) throw new Error(`the call did not go as in the scenario "${does}": ${program.log()}`);
    },
    async stop() {
      await program.stop(1_000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
