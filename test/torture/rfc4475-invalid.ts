import { type TortureCase, tortureCase } from './torture-case.ts';

const refused = (status: number, fault: string) =>
  ({ parser: `${status} ${fault}`, delivered: false, answers: [status] }) as const;

/** RFC 4475 §3.1.2. */
export const rfc4475Invalid: readonly TortureCase[] = [
  tortureCase('badinv01', '3.1.2.1', 'extraneous separators in header fields', {
    rfc: 'Syntactically invalid; 400.',
    why: 'Via is malformed, yet its sent-by can be read, so the sender is told.',
    ...refused(400, 'malformed Via parameter'),
  }),
  tortureCase('clerr', '3.1.2.2', 'Content-Length larger than the message', {
    rfc: 'Over UDP the request is answered with 400; over a stream the receiver goes on waiting for the rest.',
    why: 'As it says; on a stream the wait has a deadline.',
    ...refused(400, 'body shorter than Content-Length'),
    stream: [],
  }),
  tortureCase('ncl', '3.1.2.3', 'negative Content-Length', {
    rfc: 'An error: 400 over UDP; a stream cannot be framed any more and is closed.',
    why: 'As it says.',
    ...refused(400, 'malformed Content-Length'),
    stream: ['broken'],
  }),
  tortureCase('scalar02', '3.1.2.4', 'request scalar fields with overlarge values', {
    rfc: 'CSeq above 2**31 deserves 400; values too large for Expires must not overflow.',
    why: 'CSeq is refused before anything reads the others.',
    ...refused(400, 'malformed CSeq'),
  }),
  tortureCase('scalarlg', '3.1.2.5', 'response scalar fields with overlarge values', {
    rfc: 'The response is discarded.',
    why: 'CSeq is refused, and a response is never answered.',
    parser: '400 malformed CSeq',
    delivered: false,
    answers: [],
  }),
  tortureCase('quotbal', '3.1.2.6', 'unterminated quoted string in a display name', {
    rfc: '400; an element may try to read it.',
    why: 'To cannot be read without guessing where the name ends.',
    ...refused(400, 'malformed To'),
  }),
  tortureCase('ltgtruri', '3.1.2.7', '<> around the Request-URI', {
    rfc: '400; an element may strip the brackets.',
    why: 'Guessing is left to nobody.',
    ...refused(400, 'malformed request line'),
  }),
  tortureCase('lwsruri', '3.1.2.8', 'white space inside the Request-URI', {
    rfc: '400; an element should not try to guess.',
    why: 'As it says.',
    ...refused(400, 'malformed request line'),
  }),
  tortureCase('lwsstart', '3.1.2.9', 'more than one space in the request line', {
    rfc: '400; an element may be liberal.',
    why: 'RFC 3261 §7.1 has single spaces; a liberal reading differs between hops.',
    ...refused(400, 'malformed request line'),
  }),
  tortureCase('trws', '3.1.2.10', 'spaces behind the request line', {
    rfc: '400; an element may be liberal.',
    why: 'As with lwsstart.',
    ...refused(400, 'malformed request line'),
  }),
  tortureCase('escruri', '3.1.2.11', 'escaped header fields in the Request-URI', {
    rfc: '400; an element may ignore them, and must not honour them.',
    why: 'A Request-URI has no header fields (RFC 3261 §19.1.1).',
    ...refused(400, 'malformed Request-URI'),
  }),
  tortureCase('baddate', '3.1.2.12', 'Date in another time zone than GMT', {
    rfc: 'Invalid; 400, or it is taken by an element that does not need the date.',
    why: 'Nothing here needs Date; the application sees it as it is written.',
    parser: 'ok',
    delivered: true,
    answers: [100, 486],
    reads: { date: 'Fri, 01 Jan 2010 16:00:00 EST' },
  }),
  tortureCase('regbadct', '3.1.2.13', 'Contact with ? and no <>', {
    rfc: '400: a URI with a question mark must stand in angle brackets.',
    why: 'As it says.',
    ...refused(400, 'malformed Contact'),
  }),
  tortureCase('badaspec', '3.1.2.14', 'spaces within <> around a URI', {
    rfc: 'Invalid; 400, or the spaces are ignored.',
    why: 'They can mean nothing else, so they are ignored.',
    parser: 'ok',
    delivered: true,
    answers: [200],
    reads: { to: 'sip:t.watson@example.org', to_name: 'Watson, Thomas' },
  }),
  tortureCase('baddn', '3.1.2.15', 'a comma in a display name without quotes', {
    rfc: 'Invalid; it is reasonable to infer the quotes that are missing, 400 is allowed.',
    why: 'From and To are no lists, so the comma can only be part of the name.',
    parser: 'ok',
    delivered: true,
    answers: [200],
    reads: { from: 'sip:a.g.bell@example.com', from_name: 'Bell, Alexander', from_tag: '43' },
  }),
  tortureCase('badvers', '3.1.2.16', 'an unknown protocol version', {
    rfc: '505.',
    why: 'As it says, although Via has the other version too.',
    ...refused(505, 'SIP version is not 2.0'),
  }),
  tortureCase('mismatch01', '3.1.2.17', 'start line and CSeq name different methods', {
    rfc: '400.',
    why: 'As it says.',
    ...refused(400, 'CSeq method is not that of the request'),
  }),
  tortureCase('mismatch02', '3.1.2.18', 'the same, with an unknown method', {
    rfc: '400, or what an unknown method deserves.',
    why: 'The message is malformed before its method matters.',
    ...refused(400, 'CSeq method is not that of the request'),
  }),
  tortureCase('bigcode', '3.1.2.19', 'an overlarge response code', {
    rfc: 'The response is discarded.',
    why: 'As it says; it is three digits or nothing.',
    parser: '400 malformed status line',
    delivered: false,
    answers: [],
  }),
];
