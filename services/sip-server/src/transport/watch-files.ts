import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Timer } from '@trunkline/runtime/clock';

/** Files are written one after the other: certificate, chain, key. */
const SETTLE_MS = 200;
/** For file systems that tell nothing, and events that were lost. */
const RECHECK_MS = 60_000;

/**
 * Calls `changed` after something happened in the folders of these files, and every minute besides: it looks at the files
 * itself. Folders are watched because files are replaced by renaming, and by turning symbolic links.
 */
export function watchFiles(
  paths: readonly string[],
  clock: Clock,
  changed: () => void,
): { readonly close: () => void } {
  let settling: Timer | undefined;
  let recheck: Timer | undefined;
  const touched = (): void => {
    settling ??= clock.after(SETTLE_MS, () => {
      settling = undefined;
      changed();
    });
  };
  const again = (): void => {
    recheck = clock.after(RECHECK_MS, () => {
      changed();
      again();
    });
  };
  again();
  const watchers = [...new Set(paths.map((path) => dirname(path)))].flatMap((folder) => {
    const watcher = tryWatch(folder, touched);
    return watcher === undefined ? [] : [watcher];
  });
  return {
    close() {
      settling?.cancel();
      recheck?.cancel();
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Where the system cannot watch, the recheck has to do. */
function tryWatch(folder: string, touched: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, touched);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
