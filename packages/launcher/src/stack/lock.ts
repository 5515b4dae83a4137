import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function holderOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return pid !== process.pid && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Process that runs a stack on this folder, or undefined when it is free. */
export function stackHolder(dir: string): number | undefined {
  return holderOf(join(dir, 'launcher.pid'));
}

/** Takes the folder for this process. The answer gives it back; undefined when another process has it. */
export function lockStack(dir: string): (() => void) | undefined {
  if (stackHolder(dir) !== undefined) return undefined;
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'launcher.pid');
  writeFileSync(path, String(process.pid));
  return () => rmSync(path, { force: true });
}
