import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFlood } from './sip-server-flood.ts';

/**
 * `node loadtest/dist/sip-server-flood-main.js [--flood 20000] [--seconds 10] [--calls 50] [--server main.js]`: exit code 1 unless
 * every call from the other address was completed.
 */
const { values } = parseArgs({
  options: {
    flood: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '10' },
    calls: { type: 'string', default: '50' },
    server: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'trunkline-sip-flood-'));

try {
  const result = await runFlood({
    folder,
    main: values.server,
    flood_per_s: Number(values.flood),
    flood_s: Number(values.seconds),
    calls_per_s: Number(values.calls),
    // As it is without settings: the load tests raise it, since both SIPps have one address.
    env: { TRUNKLINE_SIP_SOURCE_RATE: '5000' },
  });
  const { carrier, calls, sent, seconds, dropped, lost_in_kernel, server_cpu_s } = result;
  const good = carrier.successful === calls && carrier.shed === 0;
  process.stdout.write(
    `${good ? 'GOOD' : 'BAD'} flood: ${(sent / seconds).toFixed(0)} OPTIONS/s from one address for ${seconds.toFixed(1)} s ` +
      `(${dropped} dropped by its rate, ${lost_in_kernel} lost in the kernel); calls from another at ${values.calls}/s: ` +
      `${carrier.successful - carrier.shed} of ${calls} completed, ${carrier.shed} shed, ${carrier.failed} failed, ` +
      `${carrier.retransmissions} retransmissions, answer after ${carrier.mean_answer_ms ?? '?'} ms; ` +
      `server ${server_cpu_s.toFixed(1)} s of CPU\n`,
  );
  process.exitCode = good ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
