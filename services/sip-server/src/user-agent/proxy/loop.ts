import { createHash } from 'node:crypto';
import { parseVia } from '@trunkline/sip/via';
import type { Arrival } from '../../transaction/arrival.ts';
import { endpointText } from '../../transport/endpoint.ts';
import type { Core } from '../core.ts';

const MARK = '.p';

/** RFC 5393 §4.2: the part of the branch that is the same when the same request comes by once more. */
export function loopMark({ request, call_id, from_tag, to_tag, cseq }: Arrival): string {
  const fields = [request.uri, call_id, from_tag ?? '', to_tag ?? '', String(cseq), ...request.headers.list('route')];
  return MARK + createHash('sha256').update(fields.join('\n'), 'utf8').digest('hex').slice(0, 12);
}

/** Whether we have passed this very request on before. */
export function loops(core: Core, arrival: Arrival): boolean {
  const mark = loopMark(arrival);
  const own = core.transports.all.map(({ advertised }) => endpointText(advertised));
  return arrival.vias.some((value) => {
    if (!value.includes(mark)) return false;
    const via = parseVia(value);
    return via.ok && own.includes(endpointText({ address: via.value.host, port: via.value.port ?? 5_060 }));
  });
}
