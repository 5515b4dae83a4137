import { parseNameAddr } from '@trunkline/sip/name-addr';
import { parseUri, uriScheme } from '@trunkline/sip/uri';

/** User part of a SIP URI, or the number of a tel URI (RFC 3966), as written. Null when there is none. */
export function userOfUri(uri: string): string | null {
  if (uriScheme(uri) === 'tel') return uri.slice('tel:'.length) || null;
  const parsed = parseUri(uri);
  return parsed.ok ? (parsed.value.user ?? null) : null;
}

/** User part of the URI in a From, To or P-Asserted-Identity value. */
export function userOfAddress(header: string | undefined): string | null {
  if (header === undefined) return null;
  const parsed = parseNameAddr(header);
  return parsed.ok ? userOfUri(parsed.value.uri) : null;
}
