import { parseNameAddr } from '@trunkline/sip/name-addr';
import { splitList } from '@trunkline/sip/split-list';
import { parseUri } from '@trunkline/sip/uri';
import type { LegBReport } from '../call/legs.ts';
import type { SrfResponse } from './srf-types.ts';

/** More addresses of one name than our SIP server tries. */
const maxTried = 16;

/**
 * Which addresses of the next hop's name the SIP server tried before the one that this response is from. Our server tells it in a
 * field of its own; others do not, and then there is nothing to report.
 */
export function readTried(response: Pick<SrfResponse, 'get'>): Extract<LegBReport, { type: 'b-tried' }> | undefined {
  const field = response.get('X-Trunkline-Tried');
  if (field === undefined) return undefined;
  const read = splitList(field).slice(0, maxTried).map(readOne);
  const last = read.at(-1);
  const tried = read.slice(0, -1).filter((one) => one !== undefined);
  return last === undefined || tried.length === 0 ? undefined : { type: 'b-tried', tried, address: last.address };
}

function readOne(text: string) {
  const parsed = parseNameAddr(text);
  const uri = parsed.ok ? parseUri(parsed.value.uri) : parsed;
  if (!parsed.ok || !uri.ok) return undefined;
  const { parameters, displayName: reason = '' } = parsed.value;
  const { host, port } = uri.value;
  const status = Number(parameters.get('status'));
  const ms = Number(parameters.get('ms') ?? 0);
  const address = `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
  return { address, reason, ms: Number.isNaN(ms) ? 0 : ms, status: status >= 100 && status < 700 ? status : null };
}
