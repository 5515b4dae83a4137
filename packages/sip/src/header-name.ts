/** Header fields whose spelling on the wire is not plain "Every-Part-Capitalised". */
const SPELLINGS = [
  'Accept',
  'Accept-Contact',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'Allow-Events',
  'Authentication-Info',
  'Authorization',
  'CSeq',
  'Call-ID',
  'Call-Info',
  'Contact',
  'Content-Disposition',
  'Content-Encoding',
  'Content-ID',
  'Content-Language',
  'Content-Length',
  'Content-Type',
  'Date',
  'Diversion',
  'Error-Info',
  'Event',
  'Expires',
  'From',
  'Geolocation',
  'History-Info',
  'Identity',
  'In-Reply-To',
  'Join',
  'MIME-Version',
  'Max-Forwards',
  'Min-Expires',
  'Min-SE',
  'Organization',
  'P-Access-Network-Info',
  'P-Asserted-Identity',
  'P-Preferred-Identity',
  'Path',
  'Priority',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Require',
  'RAck',
  'RSeq',
  'Reason',
  'Record-Route',
  'Refer-Sub',
  'Refer-To',
  'Referred-By',
  'Reject-Contact',
  'Remote-Party-ID',
  'Replaces',
  'Reply-To',
  'Request-Disposition',
  'Require',
  'Retry-After',
  'Route',
  'SIP-ETag',
  'SIP-If-Match',
  'Server',
  'Service-Route',
  'Session-Expires',
  'Subject',
  'Subscription-State',
  'Supported',
  'Timestamp',
  'To',
  'Unsupported',
  'User-Agent',
  'User-to-User',
  'Via',
  'WWW-Authenticate',
  'Warning',
] as const;

/** RFC 3261 §7.3.3 and the IANA registry of compact forms. */
const COMPACT_FORMS: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** The two forms of a field's name. */
export interface HeaderName {
  /** The one name by which a field is looked up: long form, lower case. */
  readonly key: string;
  /** How it is spelled when we write it. */
  readonly spelling: string;
}

/** Every spelling met so often that it is worth a table entry: wire spelling, lower case, compact in both cases. */
const known = new Map<string, HeaderName>();
for (const spelling of SPELLINGS) {
  const name: HeaderName = { key: spelling.toLowerCase(), spelling };
  known.set(spelling, name);
  known.set(name.key, name);
}
for (const [compact, key] of Object.entries(COMPACT_FORMS)) {
  const name = known.get(key);
  if (name === undefined) continue;
  known.set(compact, name);
  known.set(compact.toUpperCase(), name);
}

/** RFC 3261 §7.3.1: names are case-insensitive. A name that we do not know stays as its author wrote it. */
export function headerName(name: string): HeaderName {
  const usual = known.get(name);
  if (usual !== undefined) return usual;
  const lower = name.toLowerCase();
  return known.get(lower) ?? { key: lower, spelling: name };
}

interface Written {
  readonly text: string;
  readonly name: HeaderName;
}

/** All that is known, by length and first letter: to compare costs less than to slice and to hash. */
const places: (readonly Written[] | undefined)[] = [];
const placeOf = (length: number, letter: number): number => length * 32 + (letter & 31);
for (const [text, name] of known) {
  const place = placeOf(text.length, text.charCodeAt(0));
  places[place] = [...(places[place] ?? []), { text, name }];
}

/** `headerName` of `text[start, end)`. */
export function headerNameAt(text: string, start: number, end: number): HeaderName {
  const candidates = places[placeOf(end - start, text.charCodeAt(start))];
  if (candidates !== undefined) {
    for (const candidate of candidates) if (text.startsWith(candidate.text, start)) return candidate.name;
  }
  return headerName(text.slice(start, end));
}

export function headerKey(name: string): string {
  return headerName(name).key;
}
