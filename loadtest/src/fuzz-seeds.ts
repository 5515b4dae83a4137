import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expandMessage } from '@trunkline/testkit/expand-message';

/** Messages to begin from, as Latin-1 text so that an index is a byte. */
export type FuzzSeeds = readonly [string, ...string[]];

const SDP =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n';

const request = (method: string, lines: readonly string[] = [], body = '', to = ''): string =>
  [
    `${method} sip:bob@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKseed${method};rport`,
    'Max-Forwards: 70',
    'From: "Alice" <sip:alice@atlanta.example>;tag=alice',
    `To: <sip:bob@biloxi.example>${to}`,
    `Call-ID: seed-${method}@atlanta.example`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:alice@192.0.2.9:5060>',
    ...lines,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');

const response = (status: number, method: string, lines: readonly string[] = [], body = ''): string =>
  [
    `SIP/2.0 ${status} Reason`,
    `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKseed${method};received=127.0.0.1;rport=5060`,
    'From: <sip:alice@atlanta.example>;tag=alice',
    'To: <sip:bob@biloxi.example>;tag=bob',
    `Call-ID: seed-${method}@atlanta.example`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:bob@192.0.2.9>',
    ...lines,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');

const TIMER = ['Supported: timer, 100rel, replaces', 'Session-Expires: 1800;refresher=uac', 'Min-SE: 90'];
const DIGEST =
  'Authorization: Digest username="alice", realm="a", nonce="n", uri="sip:b", response="0123456789abcdef0123456789abcdef", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="c"';

const OWN: FuzzSeeds = [
  request(
    'INVITE',
    [...TIMER, 'Allow: INVITE, ACK, BYE', 'Record-Route: <sip:p1.example;lr>, <sip:p2.example;lr>'],
    SDP,
  ),
  request('INVITE', ['Require: 100rel', 'P-Asserted-Identity: "A" <sip:+15551@a.example>, <tel:+15551>'], SDP),
  request('REGISTER', [DIGEST, 'Expires: 3600']),
  request('OPTIONS', ['Accept: application/sdp']),
  request('ACK'),
  request('BYE', ['Reason: Q.850;cause=16;text="Normal call clearing"'], '', ';tag=bob'),
  request('CANCEL'),
  request('PRACK', ['RAck: 1 1 INVITE'], '', ';tag=bob'),
  request('UPDATE', TIMER, SDP, ';tag=bob'),
  request(
    'REFER',
    ['Refer-To: <sip:c@d?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>', 'Referred-By: <sip:a@b>'],
    '',
    ';tag=bob',
  ),
  request('SUBSCRIBE', ['Event: dialog;id=1', 'Expires: 60']),
  request('NOTIFY', ['Event: refer', 'Subscription-State: active;expires=60'], '', ';tag=bob'),
  request('MESSAGE', [], 'hello'),
  request('INFO', ['Info-Package: dtmf'], 'Signal=1\r\n', ';tag=bob'),
  response(100, 'INVITE', ['Timestamp: 54.21 0.1']),
  response(183, 'INVITE', ['Require: 100rel', 'RSeq: 1'], SDP),
  response(200, 'INVITE', [...TIMER, 'Require: timer'], SDP),
  response(302, 'INVITE', ['Contact: <sip:c@d>;q=0.5']),
  response(401, 'REGISTER', ['WWW-Authenticate: Digest realm="a,b", nonce="n", algorithm=MD5, qop="auth"']),
  response(422, 'INVITE', ['Min-SE: 3600']),
  response(503, 'OPTIONS', ['Retry-After: 120 (busy);duration=60', 'Warning: 399 a "b"']),
];

/** Our own and the torture messages in `folder`, one folder for each RFC. */
export function readFuzzSeeds(folder: string): FuzzSeeds {
  const torture = readdirSync(folder)
    .toSorted()
    .flatMap((rfc) =>
      readdirSync(join(folder, rfc))
        .toSorted()
        .map((file) => join(folder, rfc, file)),
    );
  // Twice our own, for they get further.
  return [...OWN, ...OWN, ...torture.map((file) => expandMessage(readFileSync(file, 'utf8')).toString('latin1'))];
}
