import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { installScript } from './install-script.ts';
import { type Machine, planInstall } from './plan-install.ts';
import { runRequirements, testRequirements } from './requirements.ts';

const bare: Machine = { has: () => false, apt: true, root: true, sudo: 'none' };
const having =
  (...tools: string[]): Machine['has'] =>
  (requirement) =>
    tools.includes(requirement.tool);

it('does nothing where everything is there, whoever asks', () => {
  const machine: Machine = { has: () => true, apt: false, root: false, sudo: 'none' };
  expect(planInstall(testRequirements, machine)).toEqual({ kind: 'nothing-to-do' });
});

it('installs what is missing and nothing else', () => {
  const plan = planInstall(runRequirements, { ...bare, has: having('initdb', 'sipp', 'openssl') });
  expect(plan).toMatchObject({ kind: 'install', packages: ['rtpengine-daemon', 'nats-server'], prefix: [] });
});

it.each([
  ['without-password', ['sudo', '-n']],
  ['may-ask', ['sudo']],
] as const)('uses sudo (%s) when it is not root', (sudo, prefix) => {
  expect(planInstall(runRequirements, { ...bare, root: false, sudo })).toMatchObject({ kind: 'install', prefix });
});

it('says the command to run when it is neither root nor has sudo', () => {
  const plan = planInstall(runRequirements, {
    ...bare,
    root: false,
    has: having('initdb', 'sipp', 'openssl', 'rtpengine'),
  });
  expect(plan).toEqual({
    kind: 'refuse',
    sentence:
      'Missing: nats-server (the message bus). Run as root, then run this again: ' +
      'apt-get update && apt-get install -y --no-install-recommends nats-server',
  });
});

it('names the tools on a system without apt', () => {
  const plan = planInstall(runRequirements, { ...bare, apt: false, has: having('nats-server', 'initdb', 'sipp') });
  expect(plan.kind === 'refuse' && plan.sentence).toMatch(/rtpengine \(the media relay\).*not Debian/);
});

it('never asks for the package that builds a kernel module', () => {
  expect(testRequirements.map((requirement) => requirement.package)).not.toContain('rtpengine');
});

it('writes a script that a POSIX shell can read, without recommended packages or questions', () => {
  const script = installScript(['nats-server', 'socat'], 4_711);
  execFileSync('sh', ['-n'], { input: script });
  expect(script).toContain('DEBIAN_FRONTEND=noninteractive');
  expect(script).toMatch(/install -q -y --no-install-recommends nats-server socat\n$/);
  expect(script).toContain('kill -0 4711');
});
