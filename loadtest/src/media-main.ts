import { fileURLToPath } from 'node:url';
import type { Stack } from '@trunkline/launcher/stack';
import { startTemporaryStack } from '@trunkline/launcher/temporary-stack';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import { audioAddress, audioSdp } from '@trunkline/testkit/sip-peer/audio-sdp';
import { AudioBank, type AudioCounts } from './audio-bank.ts';
import { agentAddress, carrierAddress, nothingLeft, provision, useOf } from './call-load.ts';
import { createMediaParties, type MediaCall, type MediaParties, pause } from './media-calls.ts';
import { startPlainRtpengine } from './plain-rtpengine.ts';
import { processUse } from './process-use.ts';

/**
 * `node loadtest/dist/media-main.js load [calls] [seconds]`: calls with audio both ways, and the same on rtpengine alone.
 * `node loadtest/dist/media-main.js kill [calls]`: two rtpengines, of which one is killed with the calls up.
 */
const [mode = 'load', calls = mode === 'kill' ? '100' : '500', seconds = '30'] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const clock = systemClock;
const settle_ms = 3_000;
const between_ms = 40;
const watch_ms = 15_000;
const newCallEvery_ms = 200;
const heardWithin_ms = 500;

if (mode === 'kill') await kill(Number(calls));
else await load(Number(calls), Number(seconds));

async function open(stack: Stack): Promise<{ parties: MediaParties; number: string }> {
  const { host, port } = stack.addresses.sip;
  const trunkline = { transport: 'udp', address: host, port } as const;
  const parties = await createMediaParties(clock, randomIds, {
    carrier: carrierAddress,
    agent: agentAddress,
    trunkline,
  });
  return { parties, number: (await provision(stack, parties.agentPort)).number };
}

async function placeAll(parties: MediaParties, number: string, count: number): Promise<MediaCall[]> {
  const placed: Promise<MediaCall | undefined>[] = [];
  for (let index = 0; index < count; index++) {
    placed.push(parties.place(number));
    await pause(clock, between_ms);
  }
  return (await Promise.all(placed)).filter((call) => call !== undefined);
}

function sum(ends: readonly { readonly counts: AudioCounts }[]) {
  return ends.reduce(
    (total, { counts }) => ({
      sent: total.sent + counts.sent,
      received: total.received + counts.received,
      expected: total.expected + counts.expected,
    }),
    { sent: 0, received: 0, expected: 0 },
  );
}

interface Steady {
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
}

/** Packets of a stretch in the middle of the calls. */
async function measure(ends: readonly { readonly counts: AudioCounts }[], seconds: number): Promise<Steady> {
  const before = sum(ends);
  const from = clock.now();
  await pause(clock, seconds * 1_000);
  const after = sum(ends);
  const passed = (clock.now() - from) / 1_000;
  return { sent: after.sent - before.sent, received: after.received - before.received, seconds: passed };
}

async function load(count: number, seconds: number): Promise<void> {
  const stack = await startTemporaryStack({ env: { ...process.env, TRUNKLINE_MAX_CALLS: String(count + 100) } });
  let sockets: AudioBank | null = null;
  try {
    const { parties, number } = await open(stack);
    const up = await placeAll(parties, number, count);
    print(`${up.length} of ${count} calls are up, refused: ${JSON.stringify(parties.refusals)}`);
    await pause(clock, settle_ms);
    const before = useOf(stack);
    const ends = up.flatMap((call) => call.ends);
    const steady = await measure(ends, seconds);
    const after = useOf(stack);
    for (const [name, use] of Object.entries(after)) {
      const cpu_s = use.cpu_s - (before[name]?.cpu_s ?? 0);
      print(
        `  ${name.padEnd(12)} ${(cpu_s / seconds).toFixed(3)} cores, ${((cpu_s / seconds / up.length) * 1e6).toFixed(0)} us CPU a call and second`,
      );
    }
    parties.bank.silence();
    await pause(clock, 500);
    report('whole path', steady, sum(ends));
    await Promise.all(up.map(({ caller }) => caller.hangUp()));
    print(`  left ${JSON.stringify(await nothingLeft(stack))}`);
    await parties.close();
  } finally {
    await stack.stop();
  }

  const plain = await startPlainRtpengine(root, randomIds, { first: 45_000, last: 59_998 });
  try {
    sockets = new AudioBank(clock);
    const ends = [];
    for (let index = 0; index < count; index++) {
      const [caller, callee] = [await sockets.open(carrierAddress), await sockets.open(agentAddress)];
      const offered = await plain.ask('offer', `plain-${index}`, audioSdp(caller, ['PCMU']));
      const answered = await plain.ask('answer', `plain-${index}`, audioSdp(callee, ['PCMU']));
      const [toCaller, toCallee] = [audioAddress(answered), audioAddress(offered)];
      if (toCaller === undefined || toCallee === undefined) throw new Error('rtpengine took no call');
      caller.talkTo(toCaller);
      callee.talkTo(toCallee);
      ends.push(caller, callee);
    }
    await pause(clock, settle_ms);
    const before = processUse(plain.program.pid);
    const steady = await measure(ends, seconds);
    const cpu_s = processUse(plain.program.pid).cpu_s - before.cpu_s;
    print(
      `  rtpengine alone ${(cpu_s / seconds).toFixed(3)} cores, ${((cpu_s / seconds / count) * 1e6).toFixed(0)} us CPU a call and second`,
    );
    sockets.silence();
    await pause(clock, 500);
    report('rtpengine alone', steady, sum(ends));
  } finally {
    await sockets?.close();
    await plain.close();
  }
}

function report(what: string, steady: Steady, all: ReturnType<typeof sum>): void {
  const lost = all.sent - all.received;
  print(
    `${what}: ${(steady.sent / steady.seconds).toFixed(0)} packets/s sent and ${(steady.received / steady.seconds).toFixed(0)} received; ` +
      `over all ${all.sent} sent, ${all.received} received, ${lost} not received (${((100 * lost) / all.sent).toFixed(4)} %), ` +
      `missing by sequence number ${all.expected - all.received}`,
  );
}

async function kill(count: number): Promise<void> {
  const second = await startPlainRtpengine(root, randomIds, { first: 45_000, last: 59_998 });
  const stack = await startTemporaryStack({
    env: { ...process.env, TRUNKLINE_MORE_RTPENGINES: `127.0.0.1:${second.control}` },
  });
  try {
    const { parties, number } = await open(stack);
    const up = await placeAll(parties, number, count);
    await pause(clock, settle_ms);
    const onKilled = await stack.rtpengineSessions();
    print(`${up.length} of ${count} calls are up, ${onKilled} on the rtpengine that is killed`);

    const killed_at = clock.now();
    await stack.kill('rtpengine', 'SIGKILL');
    const born: MediaCall[] = [];
    const setups_ms: number[] = [];
    const failed: { after_ms: number; status: number | undefined }[] = [];
    const placing: Promise<void>[] = [];
    let backAfter_ms = 0;
    while (clock.now() - killed_at < watch_ms) {
      const began = clock.now();
      placing.push(
        parties.place(number).then((call) => {
          if (call === undefined) failed.push({ after_ms: began - killed_at, status: parties.refusals.at(-1) });
          else born.push(call);
          setups_ms.push(clock.now() - began);
        }),
      );
      await pause(clock, newCallEvery_ms);
      if (backAfter_ms === 0 && up.every(talks) && clock.now() - killed_at > 1_000)
        backAfter_ms = clock.now() - killed_at;
    }
    await Promise.all(placing);
    const moved = up.filter((call) => call.reinvites > 0);
    print(`  kept on the other rtpengine: ${up.filter((call) => call.reinvites === 0 && talks(call)).length}`);
    print(`  re-anchored, audio both ways: ${moved.filter(talks).length}, all of them after ${backAfter_ms} ms`);
    print(`  ended by Trunkline: ${up.filter((call) => call.ended_by_them).length}`);
    print(`  up without audio (hanging): ${up.filter((call) => !call.ended_by_them && !talks(call)).length}`);
    print(
      `  new calls: ${born.length} placed, ${failed.length} failed ${JSON.stringify(failed)}, longest set-up ${Math.max(...setups_ms)} ms`,
    );
    await Promise.all([...up, ...born].filter((call) => !call.ended_by_them).map(({ caller }) => caller.hangUp()));
    const left = await second.ask('delete', 'nobody', '').then(() => leftOf(stack));
    print(`  left ${JSON.stringify(left)}`);
    await parties.close();
  } finally {
    await stack.stop();
    await second.close();
  }
}

/** Both ends have heard something in the last half second. */
function talks({ ends }: MediaCall): boolean {
  return ends.every(({ counts }) => clock.now() - counts.last_at < heardWithin_ms);
}

/** The killed one cannot be asked: the edge's own figures tell of the other. */
async function leftOf(stack: Stack): Promise<Record<string, number>> {
  await pause(clock, settle_ms);
  const { host, port } = stack.addresses.edgeHealth;
  const text = await (await fetch(`http://${host}:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => /^trunkline_(calls|media_node_calls|media_node_up)\{/.test(line));
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
}
