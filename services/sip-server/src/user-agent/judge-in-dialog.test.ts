import { expect, it } from 'vitest';
import { judgeInDialog } from './receive-in-dialog.ts';

const normal = { remote_cseq: 5, inviting: 'nobody', app_open: true } as const;

it.each([
  ['a request in order', { method: 'INFO', cseq: 6 }, normal, 'deliver'],
  ['the same number again, as a fork may', { method: 'INFO', cseq: 5 }, normal, 'deliver'],
  ['one out of order', { method: 'INFO', cseq: 4 }, normal, 500],
  ['the first request of a callee', { method: 'BYE', cseq: 0 }, { ...normal, remote_cseq: -1 }, 'deliver'],
  ['a re-INVITE', { method: 'INVITE', cseq: 6 }, normal, 'deliver'],
  ['a re-INVITE inside one of theirs', { method: 'INVITE', cseq: 6 }, { ...normal, inviting: 'peer' }, 500],
  ['a re-INVITE that crosses ours', { method: 'INVITE', cseq: 6 }, { ...normal, inviting: 'us' }, 491],
  ['a BYE inside an INVITE', { method: 'BYE', cseq: 6 }, { ...normal, inviting: 'peer' }, 'deliver'],
  ['a PRACK for nothing', { method: 'PRACK', cseq: 6 }, { ...normal, inviting: 'peer' }, 481],
  ['a PRACK', { method: 'PRACK', cseq: 6, acknowledges: true }, { ...normal, inviting: 'peer' }, 'deliver'],
  ['a BYE whose application is gone', { method: 'BYE', cseq: 6 }, { ...normal, app_open: false }, 'end'],
  [
    'a BYE that a successor will hear of',
    { method: 'BYE', cseq: 6 },
    { ...normal, app_open: false, successor: true },
    'deliver',
  ],
  [
    'a BYE that a successor would hear of, where the server can carry it',
    { method: 'BYE', cseq: 6 },
    { ...normal, app_open: false, successor: true, coupled: true },
    'end',
  ],
  ['an INFO whose application is gone', { method: 'INFO', cseq: 6 }, { ...normal, app_open: false }, 503],
] as const)('%s', (_what, request, dialog, expected) => {
  const verdict = judgeInDialog({ acknowledges: false, ...request }, dialog);
  expect(verdict.kind === 'refuse' ? verdict.status : verdict.kind).toBe(expected);
});
