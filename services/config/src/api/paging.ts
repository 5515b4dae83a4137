import { instantSchema } from '@trunkline/contracts/time';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Page } from '../store/store.ts';
import { problem, Refusal } from './refusal.ts';

const mostAtOnce = 1_000;
const error = `must be a whole number from 1 to ${mostAtOnce}`;

/** Query of every list: without `limit` it is answered whole. */
export const pageFields = {
  limit: z.coerce.number({ error }).int(error).min(1, error).max(mostAtOnce, error).optional(),
  /** From the `Link` header (RFC 8288) of the former page. */
  cursor: z.string().max(200).optional(),
};

interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

type Stamp = NonNullable<Page['after']>;

export function readPage({ limit, cursor }: PageQuery): Page {
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { after: readCursor(cursor) }),
  };
}

function readCursor(cursor: string): Stamp {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('/');
  const created_at = instantSchema.safeParse(Number(at));
  if (/^\d+$/.test(at) && created_at.success && /^[0-9A-Z]{26}$/.test(id)) return { created_at: created_at.data, id };
  throw new Refusal(problem(400, 'cursor must come from the Link header of another page', 'cursor'));
}

/** Where the next page is, when there may be one. */
export function nextPage(
  request: Pick<FastifyRequest, 'url'>,
  { limit }: PageQuery,
  items: readonly Stamp[],
): { readonly cursor: string; readonly link: string } | undefined {
  const last = items.at(-1);
  if (limit === undefined || items.length < limit || last === undefined) return undefined;
  const cursor = Buffer.from(`${last.created_at}/${last.id}`).toString('base64url');
  const url = new URL(request.url, 'http://localhost');
  url.searchParams.set('cursor', cursor);
  return { cursor, link: `<${url.pathname}${url.search}>; rel="next"` };
}
