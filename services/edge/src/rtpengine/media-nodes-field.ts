import { type HostPort, parseHostPort } from '@trunkline/runtime/env-fields';
import { z } from 'zod';

export interface MediaNodeAddress extends HostPort {
  /** Share of the calls; 0: no new ones. */
  readonly weight: number;
}

const maxNodes = 64;
const usual: readonly MediaNodeAddress[] = [{ host: '127.0.0.1', port: 2223, weight: 1 }];

/** The rtpengines of this edge: a list of `host:port`, each with an optional `;weight=`. */
export const mediaNodesField = z
  .string()
  .transform((text, context): readonly MediaNodeAddress[] => {
    const nodes = text.split(',').map(parseNode);
    const valid = nodes.filter((node) => node !== undefined);
    const places = new Set(valid.map(({ host, port }) => `${host}:${port}`));
    if (valid.length === nodes.length && valid.length <= maxNodes && places.size === valid.length) return valid;
    context.addIssue({ code: 'custom', message: 'it is not a list of different addresses host:port' });
    return z.NEVER;
  })
  .describe('a list such as 127.0.0.1:2223 or 10.0.0.5:2223;weight=2,10.0.0.6:2223;weight=1')
  .default(usual);

function parseNode(text: string): MediaNodeAddress | undefined {
  const [, place = '', weight = '1'] = /^([^;]+)(?:;weight=(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const address = parseHostPort(place);
  return address === undefined ? undefined : { ...address, weight: Number(weight) };
}
