import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Scanning every process is for a person who waits; it stops here. */
const maxProcesses = 4_096;

/** Inodes of the sockets bound to the port, from the text of /proc/net/{tcp,udp}[6]. */
export function socketInodes(table: string, port: number, listeningOnly: boolean): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && (!listeningOnly || state === '0A'))
    .map((columns) => columns[9])
    .filter((inode) => inode !== undefined);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function holdsSocket(pid: string, wanted: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return wanted.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** `nats-server (process 812)`, or undefined when the holder cannot be seen (it belongs to another user). */
export function portHolder(kind: 'udp' | 'tcp', port: number): string | undefined {
  const inodes = [kind, `${kind}6`].flatMap((name) => socketInodes(read(`/proc/net/${name}`), port, kind === 'tcp'));
  const wanted = new Set(inodes.map((inode) => `socket:[${inode}]`));
  if (wanted.size === 0) return undefined;
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .slice(0, maxProcesses)
    .find((candidate) => holdsSocket(candidate, wanted));
  return pid === undefined ? undefined : `${read(`/proc/${pid}/comm`).trim()} (process ${pid})`;
}
