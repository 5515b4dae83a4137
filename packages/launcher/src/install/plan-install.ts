import type { Requirement } from './requirements.ts';

/** What is known about the machine before anything is installed. */
export interface Machine {
  readonly has: (requirement: Requirement) => boolean;
  readonly apt: boolean;
  readonly root: boolean;
  readonly sudo: 'without-password' | 'may-ask' | 'none';
}

export type InstallPlan =
  | { readonly kind: 'nothing-to-do' }
  | {
      readonly kind: 'install';
      readonly packages: readonly string[];
      /** Put before the shell that runs the script. */
      readonly prefix: readonly string[];
      readonly missing: readonly Requirement[];
    }
  | { readonly kind: 'refuse'; readonly sentence: string };

/** What a person types to get the same packages. */
export function aptCommand(packages: readonly string[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

const sudoPrefix = { 'without-password': ['sudo', '-n'], 'may-ask': ['sudo'] } as const;

/** Which packages to install and as whom, or one sentence why it cannot be done here. */
export function planInstall(requirements: readonly Requirement[], machine: Machine): InstallPlan {
  const missing = requirements.filter((requirement) => !machine.has(requirement));
  if (missing.length === 0) return { kind: 'nothing-to-do' };
  const packages = [...new Set(missing.map((requirement) => requirement.package))];
  const tools = missing.map(({ tool, purpose }) => `${tool} (${purpose})`).join(', ');
  if (!machine.apt) {
    return {
      kind: 'refuse',
      sentence: `Missing: ${tools}. This is not Debian: install them with the system's own package manager and run this again.`,
    };
  }
  if (machine.root) return { kind: 'install', packages, prefix: [], missing };
  if (machine.sudo === 'none') {
    return {
      kind: 'refuse',
      sentence: `Missing: ${tools}. Run as root, then run this again: ${aptCommand(packages)}`,
    };
  }
  return { kind: 'install', packages, prefix: sudoPrefix[machine.sudo], missing };
}
