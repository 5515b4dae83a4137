import { readFileSync } from 'node:fs';

/** Linux counts CPU time in these (USER_HZ). */
const ticks_per_s = 100;

export interface ProcessUse {
  readonly cpu_s: number;
  readonly rss_mb: number;
}

/** CPU time so far and resident memory of a process, from /proc (proc(5)). */
export function processUse(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; fields are counted after it, from 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpu_s: (Number(fields[11]) + Number(fields[12])) / ticks_per_s,
    rss_mb: Math.round(Number(rss ?? 0) / 1_024),
  };
}
