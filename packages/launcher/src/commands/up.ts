import { formatHostPort } from '@trunkline/runtime/env-fields';
import type { Command, CommandParts } from '../command.ts';
import { Fault } from '../fault.ts';
import { install } from '../install/install.ts';
import { runRequirements } from '../install/requirements.ts';
import type { Print } from '../print.ts';
import { toBeShown } from '../stack/secrets.ts';
import { type Stack, startStack } from '../stack.ts';

function greet(stack: Stack, print: Print): void {
  const { urls, addresses, token, tokenFile, natsPasswordFile, logs, media } = stack;
  print.heading('Trunkline is up');
  print.line(`  SIP          ${formatHostPort(addresses.sip)}  (UDP and TCP)`);
  print.line(`  RTP          ${media.outside} towards carriers, ${media.inside} towards agents`);
  print.line(`  API          ${urls.config}`);
  print.line(`  status page  ${urls.status}`);
  print.line(`  NATS         ${formatHostPort(addresses.nats)}  (user operator, password in ${natsPasswordFile})`);
  const first = toBeShown(tokenFile);
  print.line(`  token        ${first ? `${token}  (shown this once, ` : '('}kept in ${tokenFile})`);
  print.line(`  logs         ${logs}`);
  print.heading('Try');
  print.line(`  curl -s ${urls.config}/sip-trunks/trunks -H "Authorization: Bearer $(cat ${tokenFile})"`);
  print.line('\nCtrl-C stops everything.');
}

function aborted(signal: AbortSignal): Promise<'interrupted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('interrupted');
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
}

async function run({ print, ...parts }: CommandParts): Promise<number> {
  await install(runRequirements, print);
  print.quiet('Starting NATS, PostgreSQL, rtpengine and the services.');
  const note = (sentence: string): void => print.quiet(sentence);
  const stack = await startStack({ ...parts, ports: 'usual', restart_services: true, note });
  greet(stack, print);
  const end = await Promise.race([stack.death, aborted(parts.signal)]);
  print.quiet('\nStopping.');
  await stack.stop();
  if (end === 'interrupted') return 0;
  throw new Fault(`${end.name} ${end.how}, so everything was stopped. Its log is ${end.log}`, end.last_lines);
}

export const up: Command = {
  name: 'up',
  summary: 'starts Trunkline on this machine and leaves it running until Ctrl-C',
  run,
};
