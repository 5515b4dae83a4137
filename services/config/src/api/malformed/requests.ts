import type { OpenApi } from './operations.ts';
import { samples, type World } from './samples.ts';

export interface SampleRequest {
  /** `GET /agents/{id}` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** One right request for every operation that the document names, about the things of a world. */
export function requestsOf({ paths }: OpenApi, world: World): readonly SampleRequest[] {
  const ids: Readonly<Record<string, string>> = {
    '/executions/{execution_id}': world.execution,
    '/agents/{id}': world.agent,
    '/api/user/phone-numbers/sip-trunks/{id}': world.short,
  };
  return Object.entries(paths).flatMap(([pattern, item]) =>
    Object.keys(item).map((verb) => {
      const method = verb.toUpperCase();
      const name = `${method} ${pattern}`;
      const sample = samples[name]?.(world);
      const path = sample?.path ?? pattern.replace(/\{[^}]+\}/, ids[pattern] ?? world.trunk);
      return { name, method, path, body: sample?.bodies[0] };
    }),
  );
}
