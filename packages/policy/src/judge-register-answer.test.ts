import type { DigestChallenge } from '@trunkline/sip/digest-challenge';
import { describe, expect, it } from 'vitest';
import { judgeRegisterAnswer } from './judge-register-answer.ts';
import { freshRound, type RegisterAnswer, type Round } from './registration-answer.ts';

type Response = Extract<RegisterAnswer, { kind: 'response' }>;

const own = 'tl00';
const round = freshRound(3_600);
const fresh: DigestChallenge = {
  ...{ realm: 'r', nonce: 'n', algorithm: 'MD5', qop: 'auth', opaque: null },
  stale: false,
};
const stale = { ...fresh, stale: true };
const answer = (status: number, more: Partial<Response> = {}): Response => ({
  ...{ kind: 'response', status, reason: 'Reason', challenges: [], min_expires: null, retry_after: null },
  ...{ expires: null, contacts: [], service_route: [] },
  ...more,
});
const bound = (user: string, expires: number | null) => ({ uri: `sip:${user}@192.0.2.1`, user, expires });
const after = (change: Partial<Round>): Round => ({ ...round, ...change });
const asked = (registrar: number, proxy = 0) => after({ challenges: { registrar, proxy } });

const table: readonly [what: string, answer: RegisterAnswer, round: Round, expected: object][] = [
  [
    'our binding',
    answer(200, { contacts: [bound('x', 5), bound(own, 60)] }),
    round,
    { event: 'accepted', granted_s: 60 },
  ],
  ['the Expires header', answer(200, { contacts: [bound(own, null)], expires: 70 }), round, { granted_s: 70 }],
  ['neither', answer(200), round, { event: 'accepted', granted_s: 3_600 }],
  ['our binding rewritten', answer(200, { contacts: [bound('x', 90), bound('y', 50)] }), round, { granted_s: 50 }],
  [
    'our binding for no time',
    answer(200, { contacts: [bound(own, 0)] }),
    round,
    { event: 'refused', failure: { cause: 'rejected' } },
  ],
  ['a binding for years', answer(200, { contacts: [bound(own, 2 ** 31)] }), round, { granted_s: 86_400 }],
  [
    'a removal',
    answer(200, { contacts: [bound('x', 60)] }),
    after({ expires_s: 0 }),
    { event: 'accepted', granted_s: 0 },
  ],
  ['a route', answer(200, { service_route: ['<sip:a;lr>'] }), round, { service_route: ['<sip:a;lr>'] }],
  ['a challenge', answer(401, { challenges: [fresh] }), round, { event: 'challenged', by: 'registrar' }],
  ['a challenge of a proxy', answer(407, { challenges: [fresh] }), asked(1), { event: 'challenged', by: 'proxy' }],
  [
    'a second challenge',
    answer(401, { challenges: [fresh] }),
    asked(1),
    { event: 'refused', failure: { cause: 'credentials-refused' } },
  ],
  ['a stale nonce', answer(401, { challenges: [stale] }), asked(1), { event: 'challenged' }],
  [
    'stale nonces for ever',
    answer(401, { challenges: [stale] }),
    asked(3),
    { event: 'refused', failure: { cause: 'credentials-refused' } },
  ],
  ['a strange challenge', answer(401), round, { event: 'refused', failure: { cause: 'credentials-refused' } }],
  ['too brief', answer(423, { min_expires: 7_200 }), round, { event: 'too-brief', min_expires_s: 7_200 }],
  ['too brief without a time', answer(423), round, { event: 'refused', failure: { cause: 'interval-refused' } }],
  ['too brief with a shorter time', answer(423, { min_expires: 60 }), round, { event: 'refused' }],
  ['too brief with an absurd time', answer(423, { min_expires: 2 ** 31 }), round, { event: 'refused' }],
  ['too brief for ever', answer(423, { min_expires: 7_200 }), after({ briefs: 2 }), { event: 'refused' }],
  ['a redirect', answer(302, { contacts: [bound('x', null)] }), round, { event: 'redirected', uri: 'sip:x@192.0.2.1' }],
  [
    'a redirect to a telephone',
    answer(302, { contacts: [{ uri: 'tel:1', user: null, expires: null }] }),
    round,
    { event: 'refused' },
  ],
  [
    'redirects for ever',
    answer(302, { contacts: [bound('x', null)] }),
    after({ redirects: 3 }),
    { failure: { cause: 'redirected-too-often' } },
  ],
  [
    'forbidden',
    answer(403),
    round,
    { event: 'refused', failure: { cause: 'rejected', status: 403, reason: '403 Reason' } },
  ],
  ['not found', answer(404), round, { event: 'refused', failure: { cause: 'rejected' } }],
  ['not implemented', answer(501), round, { event: 'refused', failure: { cause: 'rejected' } }],
  ['busy everywhere', answer(600), round, { event: 'refused' }],
  [
    'unavailable',
    answer(503, { retry_after: 30 }),
    round,
    { event: 'target-failed', failure: { cause: 'registrar-failed', retry_after_s: 30 } },
  ],
  ['a server error', answer(500), round, { event: 'target-failed', failure: { cause: 'registrar-failed' } }],
  ['a timeout behind the proxy', answer(408), round, { event: 'target-failed', failure: { cause: 'no-answer' } }],
  [
    'silence',
    { kind: 'none', cause: 'no-answer', reason: 'silence' },
    round,
    { event: 'target-failed', failure: { cause: 'no-answer', status: null } },
  ],
];

describe('the answer to a REGISTER', () => {
  it.each(table)('%s', (_what, given, so_far, expected) => {
    expect(judgeRegisterAnswer(given, so_far, own)).toMatchObject(expected);
  });
});
