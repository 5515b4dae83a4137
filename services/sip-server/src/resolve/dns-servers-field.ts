import { isIP } from 'node:net';
import { formatHostPort, parseHostPort } from '@trunkline/runtime/env-fields';
import { z } from 'zod';

const MOST_SERVERS = 8;

/** DNS servers to ask: `192.0.2.1,192.0.2.2:5353,[2001:db8::1]:53`; none for those of the system. */
export const dnsServersField = z
  .string()
  .transform((text, context): readonly string[] => {
    const entries = text.split(',').map((entry) => entry.trim());
    const servers = entries.filter((entry) => entry !== '').map(readServer);
    const valid = servers.filter((server) => server !== undefined);
    if (valid.length === servers.length && valid.length <= MOST_SERVERS) return valid;
    context.addIssue({ code: 'custom', message: 'it is not a list of addresses' });
    return z.NEVER;
  })
  .describe('a list of DNS servers such as 192.0.2.1,192.0.2.2:5353')
  .prefault('');

function readServer(text: string): string | undefined {
  if (isIP(text) !== 0) return text;
  const place = parseHostPort(text);
  return place !== undefined && isIP(place.host) !== 0 && place.port > 0 ? formatHostPort(place) : undefined;
}
