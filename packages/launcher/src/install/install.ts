import { execa } from 'execa';
import { Fault } from '../fault.ts';
import type { Print } from '../print.ts';
import { findTool } from './find-tool.ts';
import { installScript } from './install-script.ts';
import { aptCommand, type Machine, planInstall } from './plan-install.ts';
import type { Requirement } from './requirements.ts';

const installDeadline_ms = 15 * 60_000;

async function sudoKind(path: string): Promise<Machine['sudo']> {
  if (findTool({ tool: 'sudo', folders: ['/usr/bin'] }, path) === undefined) return 'none';
  const probe = await execa('sudo', ['-n', 'true'], { reject: false, timeout: 5_000, stdin: 'ignore' });
  if (probe.exitCode === 0) return 'without-password';
  return process.stdin.isTTY ? 'may-ask' : 'none';
}

/** Installs the Debian packages whose programs are missing, saying what it does. Throws a {@link Fault} when it cannot. */
export async function install(requirements: readonly Requirement[], print: Print): Promise<void> {
  const path = process.env['PATH'] ?? '';
  const has = (requirement: Requirement): boolean => findTool(requirement, path) !== undefined;
  if (requirements.every(has)) return;
  const root = process.getuid?.() === 0;
  const apt = findTool({ tool: 'apt-get', folders: ['/usr/bin'] }, path) !== undefined;
  const plan = planInstall(requirements, { has, apt, root, sudo: root ? 'none' : await sudoKind(path) });
  if (plan.kind === 'nothing-to-do') return;
  if (plan.kind === 'refuse') throw new Fault(plan.sentence);

  print.heading('Installing Debian packages');
  for (const { package: name, purpose } of plan.missing) print.line(`  ${name}: ${purpose}`);
  print.quiet(`  ${[...plan.prefix, aptCommand(plan.packages)].join(' ')}`);
  print.quiet('  Their daemons are not started: Trunkline runs its own with its own settings.');
  const [command = 'sh', ...args] = [...plan.prefix, 'sh', '-c', installScript(plan.packages, process.pid)];
  const run = await execa(command, args, { reject: false, timeout: installDeadline_ms, stdin: 'inherit', all: true });
  const missing = requirements.filter((requirement) => !has(requirement));
  if (missing.length === 0) return;
  throw new Fault(
    `The packages ${plan.packages.join(', ')} could not be installed; run as root and see what it says: ${aptCommand(plan.packages)}`,
    (run.all ?? '').split('\n').slice(-15),
  );
}
