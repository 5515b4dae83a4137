import { maxDiversions } from '@trunkline/contracts/call-record';
import { callerText } from '@trunkline/policy/caller-text';
import {
  type PrivacyValue,
  privacyValues,
  type ReceivedDiversion,
  type ReceivedIdentity,
} from '@trunkline/policy/received-identity';
import { type NameAddr, parseNameAddr } from '@trunkline/sip/name-addr';
import { splitList } from '@trunkline/sip/split-list';
import { isToken } from '@trunkline/sip/token';
import { parseUri } from '@trunkline/sip/uri';
import { userOfUri } from './user-part.ts';

/** Several fields of one name are joined by commas (RFC 3261 §7.3.1). */
type Get = (name: string) => string | undefined;

/** Elements of one header field that are looked at. */
const maxElements = 16;
/** A URI that is longer is not told on. */
const maxUri = 256;

/** Reads what an INVITE says of its caller beyond From. What cannot be read is left out. */
export function readIdentity(get: Get): ReceivedIdentity {
  const party = addresses(get('Remote-Party-ID')).find(isCaller);
  return {
    // RFC 3325 §9.1: a SIP URI, a tel URI, or one of each.
    asserted: firstUser(addresses(get('P-Asserted-Identity'))),
    preferred: firstUser(addresses(get('P-Preferred-Identity'))),
    remote_party: party === undefined ? null : userOfUri(party.uri),
    remote_party_private: ['full', 'uri'].includes(parameterOf(party, 'privacy') ?? ''),
    privacy: readPrivacy(get('Privacy')),
    diversions: [
      ...addresses(get('Diversion')).flatMap(readDiversion),
      ...readHistory(addresses(get('History-Info'))),
    ].slice(0, maxDiversions),
  };
}

function addresses(header: string | undefined): readonly NameAddr[] {
  if (header === undefined) return [];
  return splitList(header)
    .slice(0, maxElements)
    .flatMap((element) => {
      const parsed = parseNameAddr(element);
      return parsed.ok ? [parsed.value] : [];
    });
}

function firstUser(named: readonly NameAddr[]): string | null {
  for (const { uri } of named) {
    const user = userOfUri(uri);
    if (user !== null) return user;
  }
  return null;
}

/** draft-ietf-sip-privacy-04 §5: without `party` it is the caller's in a request. */
function isCaller(party: NameAddr): boolean {
  return (parameterOf(party, 'party') ?? 'calling') === 'calling';
}

/** RFC 3323 §4.2: separated by semicolons; some separate by commas. */
function readPrivacy(header: string | undefined): readonly PrivacyValue[] {
  const values = (header ?? '').toLowerCase().split(/[;,\s]+/);
  return privacyValues.filter((value) => values.includes(value));
}

/** RFC 5806 §4.1. */
function readDiversion(address: NameAddr): readonly ReceivedDiversion[] {
  const place = plainUri(address.uri);
  const from = callerText(userOfUri(address.uri));
  if (place === null || from === null) return [];
  const reason = parameterOf(address, 'reason') ?? null;
  const counter = parameterOf(address, 'counter');
  const told = reason !== null && isToken(reason) && reason.length <= 40 ? reason : null;
  const text = [
    `<${place}>`,
    ...(told === null ? [] : [`reason=${told}`]),
    ...(counter !== undefined && /^\d{1,2}$/.test(counter) ? [`counter=${counter}`] : []),
  ].join(';');
  const withheld = ['full', 'uri', 'name'].includes(parameterOf(address, 'privacy') ?? '');
  return [{ from, reason: told, by: 'diversion', text, withheld }];
}

/** RFC 7044 §9.1: every entry but the last was the target before; why it was left stands in the URI of the one after it. */
function readHistory(entries: readonly NameAddr[]): readonly ReceivedDiversion[] {
  return entries.slice(0, -1).flatMap((entry, position): ReceivedDiversion[] => {
    const place = plainUri(entry.uri);
    const from = callerText(userOfUri(entry.uri));
    const index = entry.parameters.get('index') ?? '';
    if (place === null || from === null || !/^\d{1,3}(\.\d{1,3}){0,8}$/.test(index)) return [];
    const reason = causeIn(entry.uri) ?? causeIn(entries[position + 1]?.uri ?? '');
    const withheld = /[?&]privacy=[^&]*history/i.test(entry.uri);
    return [{ from, reason, by: 'history-info', text: `<${place}>;index=${index}`, withheld }];
  });
}

/** RFC 4458 §2 (`;cause=` of the new target), or the Reason header inside the old one's URI (RFC 7044 §5.1). */
function causeIn(uri: string): string | null {
  const cause = /;cause=(\d{3})/i.exec(uri)?.[1] ?? /[?&]reason=sip%3b(?:%20)?cause%3d(\d{3})/i.exec(uri)?.[1];
  return cause ?? null;
}

/** User and place alone, without parameters or headers that another server might act on. */
function plainUri(uri: string): string | null {
  if (uri.length > maxUri) return null;
  if (/^tel:\+?[\d*#().-]+$/i.test(uri)) return uri;
  const parsed = parseUri(uri);
  if (!parsed.ok || parsed.value.user === undefined) return null;
  const { scheme, user, host } = parsed.value;
  return `${scheme}:${user}@${host.includes(':') ? `[${host}]` : host}`;
}

/** A parameter's value in lower case, without quotes. */
function parameterOf(address: NameAddr | undefined, name: string): string | undefined {
  return address?.parameters
    .get(name)
    ?.replace(/^"(.*)"$/, '$1')
    .toLowerCase();
}
