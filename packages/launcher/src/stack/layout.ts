import { join } from 'node:path';

/** Where everything of one stack lies. */
export interface Layout {
  /** The checked-out project. */
  readonly root: string;
  /** State that outlives a run. */
  readonly dir: string;
  readonly logs: string;
  readonly secrets: string;
  readonly log: (name: string) => string;
}

export function layoutOf(root: string, dir: string): Layout {
  const logs = join(dir, 'logs');
  return { root, dir, logs, secrets: join(dir, 'secrets'), log: (name) => join(logs, `${name}.log`) };
}
