import { createResponse } from '@trunkline/sip/create-response';
import { formatMessage } from '@trunkline/sip/format-message';
import { Headers } from '@trunkline/sip/headers';
import { type SipRequest, type SipResponse, sipRequest } from '@trunkline/sip/message';
import { parseMessage } from '@trunkline/sip/parse-message';
import type { FuzzRandom } from './fuzz-random.ts';

const STATUSES: readonly [number, ...number[]] = [
  100, 180, 183, 200, 200, 202, 302, 401, 407, 408, 422, 481, 486, 491, 503,
];
const METHODS: readonly [string, ...string[]] = [
  'ACK',
  'ACK',
  'ACK',
  'BYE',
  'CANCEL',
  'INVITE',
  'PRACK',
  'UPDATE',
  'INFO',
  'NOTIFY',
];
const RELIABLE: readonly (readonly [string, string])[] = [
  ['Require', '100rel'],
  ['RSeq', '1'],
];

/**
 * A message that follows one which the server sent: a response to its request, or the next request after its response; so
 * that what is mutated gets into the transactions and dialogs that there are. `undefined` when it follows from nothing.
 */
export function followUp(random: FuzzRandom, sent: string): string | undefined {
  const result = parseMessage(Buffer.from(sent, 'latin1'));
  if (!result.ok) return undefined;
  const { message } = result;
  const made = message.kind === 'request' ? answerTo(random, message) : nextAfter(random, message);
  return formatMessage(made).toString('latin1');
}

function answerTo(random: FuzzRandom, request: SipRequest): SipResponse {
  const status = random.pick(STATUSES);
  const headers: (readonly [string, string])[] = [['Contact', '<sip:far@192.0.2.9>']];
  if (status < 200 && random.chance(30)) headers.push(...RELIABLE);
  if (random.chance(10)) headers.push(['Session-Expires', '90;refresher=uac'], ['Require', 'timer']);
  return createResponse(request, status, {
    toTag: random.pick(['far', 'far', 'fork']),
    headers,
    body: random.chance(50) ? 'v=0\r\n' : '',
  });
}

function nextAfter(random: FuzzRandom, { headers }: SipResponse): SipRequest {
  const method = random.pick(METHODS);
  const [number = '1'] = (headers.get('cseq') ?? '').split(' ');
  const same = method === 'ACK' || method === 'CANCEL';
  const via = headers.get('via') ?? '';
  return sipRequest(
    method,
    'sip:us@127.0.0.1',
    Headers.of([
      // A CANCEL has the branch of what it cancels, and the ACK of a refusal too.
      ['Via', same && random.chance(70) ? via : `SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK${random.hex(6)}`],
      ['From', headers.get('from') ?? ''],
      ['To', headers.get('to') ?? ''],
      ['Call-ID', headers.get('call-id') ?? ''],
      ['CSeq', `${same ? number : Number(number) + 1 + random.below(3)} ${method}`],
      ['Contact', '<sip:far@192.0.2.9>'],
      ['RAck', `${headers.get('rseq') ?? '1'} ${number} INVITE`],
    ]),
    method === 'INVITE' ? 'v=0\r\n' : '',
  );
}
