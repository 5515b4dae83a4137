import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@trunkline/runtime/clock';
import { randomIds } from '@trunkline/runtime/ids';
import type { Command } from './command.ts';
import { demo } from './commands/demo.ts';
import { helpCommand } from './commands/help.ts';
import { test } from './commands/test.ts';
import { thingCommands } from './commands/things.ts';
import { up } from './commands/up.ts';
import { Fault } from './fault.ts';
import { printTo } from './print.ts';

const help: Command = helpCommand(() => commands);
const commands: readonly Command[] = [demo, up, test, ...thingCommands, help];

/** Ctrl-C once stops in order; a second time, at once (the kernel then ends the processes that are tied to us). */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}

async function main(): Promise<number> {
  // `./trunkline help | head`: nobody reads on, which is no reason to fail.
  process.stdout.on('error', () => undefined);
  const print = printTo(process.stdout);
  const [name = 'help', ...args] = process.argv.slice(2);
  const command = commands.find((one) => one.name === name.replace(/^--?/, ''));
  if (command === undefined) {
    print.bad(`There is no command ${JSON.stringify(name)}; see ./trunkline help.`);
    return 2;
  }
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const dir = resolve(process.env['TRUNKLINE_DIR'] || join(root, '.trunkline'));
  const signal = interruption();
  try {
    const parts = { root, dir, env: process.env, clock: systemClock, ids: randomIds, print, signal, args };
    return await command.run(parts);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (signal.aborted) return 130;
    print.bad(error.message);
    for (const detail of error.details) print.line(`  ${detail}`);
    return 1;
  }
}

process.exitCode = await main();
