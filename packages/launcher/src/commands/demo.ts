import { join } from 'node:path';
import type { Command, CommandParts } from '../command.ts';
import { drawLadder } from '../demo/draw-ladder.ts';
import { type DemoCall, runDemo } from '../demo/run-demo.ts';
import { summariseCall } from '../demo/summarise-call.ts';
import { Fault } from '../fault.ts';
import { install } from '../install/install.ts';
import { runRequirements } from '../install/requirements.ts';
import type { Print } from '../print.ts';
import { chooseAddresses } from '../stack/choose-addresses.ts';
import { stackHolder } from '../stack/lock.ts';
import { type Stack, startStack } from '../stack.ts';

const parties = {
  inbound: { caller: 'carrier', callee: 'agent' },
  outbound: { caller: 'agent', callee: 'carrier' },
} as const;

function show(print: Print, { direction, call, record, recordUrl, faults }: DemoCall): void {
  const names = parties[direction];
  print.heading(`${direction === 'inbound' ? 'Call in' : 'Call out'}: ${names.caller} to ${names.callee}`);
  for (const [label, text] of summariseCall(call, record, names, recordUrl))
    print.line(`  ${label.padEnd(16)} ${text}`);
  print.line();
  const left = { name: names.caller, messages: call.caller };
  const right = { name: names.callee, messages: call.callee };
  for (const line of drawLadder(left, right)) print.line(line);
  print.line();
  for (const fault of faults) print.bad(fault);
  if (faults.length === 0) print.good(`tone verified both ways, record complete`);
}

/** What the demonstration runs on: the usual state and ports, or its own where those are in use. */
async function ground({ dir, env, ids, print }: CommandParts): Promise<{ dir: string; ports: 'usual' | 'free' }> {
  const holder = stackHolder(dir);
  if (holder !== undefined) {
    print.quiet(`Trunkline is running already (process ${holder}): the demo uses ports and state of its own.`);
    return { dir: join(dir, 'demo'), ports: 'free' };
  }
  try {
    await chooseAddresses('usual', env, Number.parseInt(ids.hex(3), 16));
    return { dir, ports: 'usual' };
  } catch (error) {
    if (!(error instanceof Fault) || !/in use/.test(error.message)) throw error;
    print.quiet(`${error.message.replace(/;.*$/, '')}: the demo uses ports of its own.`);
    return { dir, ports: 'free' };
  }
}

function farewell(stack: Stack, print: Print): void {
  print.heading('Where to look next');
  print.line('  ./trunkline up      the same system, left running, with the calls of this demo on its status page');
  print.line(`  logs                ${stack.logs}`);
  print.line('  README.md           what this is, and the first curl');
}

async function run(parts: CommandParts): Promise<number> {
  const { print, clock, ids, signal } = parts;
  await install(runRequirements, print);
  const note = (sentence: string): void => print.quiet(sentence);
  const began = clock.now();
  print.quiet('Starting NATS, PostgreSQL, rtpengine and the services.');
  const stack = await startStack({ ...parts, ...(await ground(parts)), note });
  const stop = (): void => void stack.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const died = stack.death.then(({ name, how, log, last_lines }): never => {
      throw new Fault(`${name} ${how}. Its log is ${log}`, last_lines);
    });
    const demo = runDemo({ stack, clock, ids, onStep: note, onCall: (call) => show(print, call) });
    const { faults } = await Promise.race([demo, died]);
    if (faults.length > 0) throw new Fault('The demo did not work as it should.', [...faults, `Logs: ${stack.logs}`]);
    print.good('nothing left behind: rtpengine has 0 sessions, the SIP server 0 dialogs');
    farewell(stack, print);
    print.line(`\nDone in ${((clock.now() - began) / 1_000).toFixed(1)} s.`);
    return 0;
  } finally {
    await stack.stop();
  }
}

export const demo: Command = {
  name: 'demo',
  summary: 'places a call in and a call out with real audio and shows what happened',
  run,
};
