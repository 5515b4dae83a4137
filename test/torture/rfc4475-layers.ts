import { type TortureCase, tortureCase } from './torture-case.ts';

const refused = (status: number, fault: string) =>
  ({ parser: `${status} ${fault}`, delivered: false, answers: [status] }) as const;
const ok = { parser: 'ok', delivered: true } as const;

/** RFC 4475 §3.2, §3.3, §3.4: transaction layer, application layer, RFC 2543. */
export const rfc4475Layers: readonly TortureCase[] = [
  tortureCase('badbranch', '3.2.1', 'a branch that is the magic cookie and nothing else', {
    rfc: 'It must not be taken for a unique branch; it is matched as RFC 2543 did, or answered with 400.',
    why: 'Matched as RFC 2543 did; the application answers.',
    ...ok,
    answers: [200],
    reads: { via: 'UDP 192.0.2.1 z9hG4bK' },
  }),
  tortureCase('insuf', '3.3.1', 'Call-ID, From and To are missing', {
    rfc: 'Nothing may break; ideally 400.',
    why: '400 with what there is to copy.',
    ...refused(400, 'From is missing'),
  }),
  tortureCase('unkscm', '3.3.2', 'Request-URI of an unknown scheme', {
    rfc: '416.',
    why: 'As it says.',
    ...refused(416, 'unsupported URI scheme'),
  }),
  tortureCase('novelsc', '3.3.3', 'Request-URI of a scheme that is known and atypical', {
    rfc: '416.',
    why: 'As it says.',
    ...refused(416, 'unsupported URI scheme'),
  }),
  tortureCase('unksm2', '3.3.4', 'unknown schemes in To, From and Contact', {
    rfc: 'Well-formed; a registrar answers 400, because To has to be a SIP or SIPS URI.',
    why: 'No registrar could take it, so no application is asked.',
    ...refused(400, 'To is not a SIP URI'),
  }),
  tortureCase('bext01', '3.3.5', 'Require and Proxy-Require of what nobody supports', {
    rfc: 'A user agent server answers 420 with Unsupported.',
    why: 'Option tags that IANA does not list are supported by no application.',
    ...refused(420, 'unsupported extension'),
  }),
  tortureCase('invut', '3.3.6', 'INVITE with a body of an unknown type', {
    rfc: '415 with Accept.',
    why: 'Which bodies it understands only the application knows: it is given the request, and answers.',
    ...ok,
    answers: [100, 415],
    reads: { 'content-type': 'application/unknownformat', body_bytes: 40 },
  }),
  tortureCase('regaut01', '3.3.7', 'Authorization of an unknown scheme', {
    rfc: 'Treated as a REGISTER without credentials: a registrar that wants them challenges again with 401.',
    why: 'The test application wants credentials.',
    ...ok,
    answers: [401],
    reads: { authorization: 'NoOneKnowsThisScheme opaque-data=here' },
  }),
  tortureCase('multi01', '3.3.8', 'several values in fields that have one', {
    rfc: '400.',
    why: 'As it says; of each field the response has the first.',
    ...refused(400, 'more than one From'),
  }),
  tortureCase('mcl01', '3.3.9', 'two Content-Length that differ', {
    rfc: 'The length cannot be known: 400, and a stream is closed.',
    why: 'As it says.',
    ...refused(400, 'malformed Content-Length'),
    stream: ['broken'],
  }),
  tortureCase('bcast', '3.3.10', '200 with a broadcast address in the second Via', {
    rfc: 'An endpoint discards it, and a proxy must not send it on to a broadcast address.',
    why: 'It answers no request of ours, so nothing comes of it.',
    parser: 'ok',
    delivered: false,
    answers: [],
    reads: { vias: 2, status: 200 },
  }),
  tortureCase('zeromf', '3.3.11', 'Max-Forwards of zero', {
    rfc: 'Whoever is addressed answers as if it were not zero; a proxy answers 483, or OPTIONS itself.',
    why: 'The application is a user agent, and answers.',
    ...ok,
    answers: [200],
    reads: { 'max-forwards': '0' },
  }),
  tortureCase('cparam01', '3.3.12', 'REGISTER with an unknown Contact parameter', {
    rfc: 'Without brackets the parameter is that of the field; it is taken and ignored.',
    why: 'As it says.',
    ...ok,
    answers: [200],
    reads: { contact: 'sip:+19725552222@gw1.example.net', contact_parameters: 'unknownparam' },
  }),
  tortureCase('cparam02', '3.3.13', 'REGISTER with an unknown URI parameter', {
    rfc: 'The parameter is part of the URI and is kept with it.',
    why: 'As it says.',
    ...ok,
    answers: [200],
    reads: { contact: 'sip:+19725552222@gw1.example.net;unknownparam', contact_parameters: '' },
  }),
  tortureCase('regescrt', '3.3.14', 'REGISTER with escaped header fields in Contact', {
    rfc: 'Well-formed; the fields are kept with the URI.',
    why: 'Inside brackets a question mark is allowed.',
    ...ok,
    answers: [200],
    reads: { contact: 'sip:user@example.com?Route=%3Csip:sip.example.com%3E' },
  }),
  tortureCase('sdp01', '3.3.15', 'Accept without a type that we could answer with', {
    rfc: '406, since no SDP may be sent.',
    why: 'What it answers with only the application knows: it is given the request, and answers.',
    ...ok,
    answers: [100, 406],
    reads: { accept: 'text/nobodyKnowsThis' },
  }),
  tortureCase('inv2543', '3.4.1', 'an INVITE of RFC 2543', {
    rfc: 'Taken: no branch, no From tag, no Max-Forwards, no Contact, no Content-Length.',
    why: 'As it says. On a stream it cannot be framed, because Content-Length is required there.',
    ...ok,
    stream: ['broken'],
    answers: [100, 486],
    reads: {
      via: 'UDP iftgw.example.com ',
      body_bytes: 105,
      from: 'sip:+13035551111@ift.client.example.net;user=phone',
    },
  }),
];
