import { type TortureCase, tortureCase } from './torture-case.ts';

const ok = { parser: 'ok', delivered: true } as const;
const V6 = '2001:db8::9:1';

/** RFC 5118 §4. */
export const rfc5118Cases: readonly TortureCase[] = [
  tortureCase('ipv6-good', '4.1', 'IPv6 references in Request-URI, Via and Contact', {
    rfc: 'Well-formed.',
    why: 'Hosts are kept without their brackets.',
    ...ok,
    answers: [200],
    reads: { uri_host: '2001:db8::10', via: `UDP ${V6} z9hG4bKas3-111`, contact: 'sip:caller@[2001:db8::1]' },
  }),
  tortureCase('ipv6-bad', '4.2', 'an IPv6 address without brackets in the Request-URI', {
    rfc: '400.',
    why: 'As it says.',
    parser: '400 malformed Request-URI',
    delivered: false,
    answers: [400],
  }),
  tortureCase('port-ambiguous', '4.3', 'what was meant as a port stands inside the brackets', {
    rfc: 'Well-formed; all of it is the address.',
    why: 'There is no port.',
    ...ok,
    answers: [200],
    reads: { uri_host: '2001:db8::10:5070', uri_port: '' },
  }),
  tortureCase('port-unambiguous', '4.4', 'a port behind the brackets', {
    rfc: 'Well-formed.',
    why: 'As it says.',
    ...ok,
    answers: [200],
    reads: { uri_host: '2001:db8::10', uri_port: '5070' },
  }),
  tortureCase('via-received-param-with-delim', '4.5', 'received with brackets', {
    rfc: 'Invalid by the grammar, and to be read all the same.',
    why: 'It is read; the BYE belongs to no dialog, so the answer is 481.',
    parser: 'ok',
    delivered: false,
    answers: [481],
    reads: { via_received: '[2001:db8::9:255]' },
  }),
  tortureCase('via-received-param-no-delim', '4.5', 'received without brackets', {
    rfc: 'Well-formed.',
    why: 'As it says.',
    ...ok,
    answers: [200],
    reads: { via_received: '2001:db8::9:255' },
  }),
  tortureCase('ipv6-in-sdp', '4.6', 'IPv6 addresses in SDP', {
    rfc: 'Well-formed; SDP has no brackets.',
    why: 'Bodies are passed on unread. (Content-Length is that of the body with CRLF: the printed one is longer.)',
    ...ok,
    answers: [100, 486],
    reads: { uri_host: '2001:db8::10', body_bytes: 251 },
  }),
  tortureCase('mult-ip-in-header', '4.7', 'IPv4 and IPv6 in one list of Vias', {
    rfc: 'Well-formed.',
    why: 'It is read whole; the BYE belongs to no dialog, so the answer is 481.',
    parser: 'ok',
    delivered: false,
    answers: [481],
    reads: {
      via: `UDP ${V6}:6050 z9hG4bKas3-111 | UDP 192.0.2.1 z9hG4bKjhja8781hjuaij65144 | TCP 2001:db8::9:255 z9hG4bK451jj`,
    },
  }),
  tortureCase('mult-ip-in-sdp', '4.8', 'IPv4 and IPv6 in one SDP', {
    rfc: 'Well-formed; each medium has its own address.',
    why: 'Bodies are passed on unread. (Content-Length is that of the body with CRLF.)',
    ...ok,
    answers: [100, 486],
    reads: { body_bytes: 189 },
  }),
  tortureCase('ipv4-mapped-ipv6', '4.9', 'IPv4-mapped IPv6 addresses', {
    rfc: 'Well-formed.',
    why: 'As it says. (Content-Length is that of the body with CRLF.)',
    ...ok,
    answers: [100, 486],
    reads: {
      via: 'UDP ::ffff:192.0.2.10:19823 z9hG4bKbh19 | UDP ::ffff:192.0.2.2 z9hG4bKas3-111',
      contact: 'sip:ted@[::ffff:192.0.2.2]',
    },
  }),
  tortureCase('ipv6-bug-abnf-3-colons', '4.10', 'three colons, as the grammar of RFC 3261 has it', {
    rfc: 'A receiver may be robust and take it.',
    why: 'It is taken; the address is not for us to connect to.',
    ...ok,
    answers: [200],
    reads: { uri_host: '2001:db8:::192.0.2.1' },
  }),
  tortureCase('ipv6-correct-abnf-2-colons', '4.10', 'the same with two colons', {
    rfc: 'Well-formed.',
    why: 'As it says.',
    ...ok,
    answers: [200],
    reads: { uri_host: '2001:db8::192.0.2.1' },
  }),
];
