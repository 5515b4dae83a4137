import { parseCSeq } from '@trunkline/sip/cseq';
import type { SipMessage } from '@trunkline/sip/message';
import { parseNameAddr } from '@trunkline/sip/name-addr';
import { formatParameters } from '@trunkline/sip/parameters';
import { parseMessage } from '@trunkline/sip/parse-message';
import { requestFault } from '@trunkline/sip/request-fault';
import { StreamFramer } from '@trunkline/sip/stream-framer';
import { parseUri } from '@trunkline/sip/uri';
import { parseVia } from '@trunkline/sip/via';

/** `ok`, or the status and fault that the message layer finds, in the order in which the server asks it. */
export function classify(bytes: Buffer): string {
  const result = parseMessage(bytes);
  if (!result.ok) return `${result.status} ${result.reason}`;
  const { message } = result;
  if (message.kind === 'response') return 'ok';
  const via = parseVia(message.headers.list('via')[0] ?? '');
  if (!via.ok) return `400 ${via.reason}`;
  const fault = requestFault(message);
  return fault === undefined ? 'ok' : `${fault.status} ${fault.reason}`;
}

/** What a stream connection cuts it into. */
export const cut = (bytes: Buffer): readonly string[] => new StreamFramer().push(bytes).map(({ kind }) => kind);

/** What the message says, by the names that the cases use; a header field by its lower-case name. */
export function readOut(bytes: Buffer, what: string): string | number | undefined {
  const result = parseMessage(bytes);
  if (!result.ok) throw new Error(result.reason);
  const reader = readers[what];
  return reader === undefined ? result.message.headers.get(what) : reader(result.message);
}

/** From and To are no lists: a comma does not end them. */
const address = (message: SipMessage, field: 'from' | 'to' | 'contact') => {
  const { headers } = message;
  const read = parseNameAddr((field === 'contact' ? headers.list(field)[0] : headers.get(field)) ?? '');
  if (!read.ok) throw new Error(read.reason);
  return read.value;
};

const requestUri = (message: SipMessage) => {
  const read = parseUri(message.kind === 'request' ? message.uri : '');
  if (!read.ok) throw new Error(read.reason);
  return read.value;
};

const readVias = (message: SipMessage) =>
  message.headers.list('via').map((text) => {
    const via = parseVia(text);
    if (!via.ok) throw new Error(via.reason);
    return via.value;
  });

const readers: Readonly<Record<string, (message: SipMessage) => string | number | undefined>> = {
  method: (message) => (message.kind === 'request' ? message.method : undefined),
  status: (message) => (message.kind === 'response' ? message.status : undefined),
  reason: (message) => (message.kind === 'response' ? message.reason : undefined),
  uri_user: (message) => requestUri(message).user,
  uri_password: (message) => requestUri(message).password,
  uri_host: (message) => requestUri(message).host,
  uri_port: (message) => String(requestUri(message).port ?? ''),
  uri_parameters: (message) => requestUri(message).parameters.size,
  to: (message) => address(message, 'to').uri,
  to_name: (message) => address(message, 'to').displayName,
  to_tag: (message) => address(message, 'to').parameters.get('tag'),
  from: (message) => address(message, 'from').uri,
  from_name: (message) => address(message, 'from').displayName,
  from_tag: (message) => address(message, 'from').parameters.get('tag'),
  contact: (message) => address(message, 'contact').uri,
  contact_name: (message) => address(message, 'contact').displayName,
  contact_parameters: (message) => formatParameters(address(message, 'contact').parameters).slice(1),
  contacts: (message) => message.headers.list('contact').length,
  call_id: (message) => message.headers.get('call-id'),
  cseq: (message) => {
    const cseq = parseCSeq(message.headers.get('cseq') ?? '');
    return cseq.ok ? cseq.value.number : undefined;
  },
  via: (message) =>
    readVias(message)
      .map(
        ({ transport, host, port, parameters }) =>
          `${transport} ${host}${port === undefined ? '' : `:${port}`} ${parameters.get('branch') ?? ''}`,
      )
      .join(' | '),
  via_received: (message) => readVias(message)[0]?.parameters.get('received'),
  vias: (message) => readVias(message).length,
  body_bytes: (message) => message.body.length,
};
