import type { Observation } from '@trunkline/policy/qualify';
import { expect, it } from 'vitest';
import type { InviteSpec, LegB, LegBReport } from '../call/legs.ts';
import { watchOutcomes } from './watch-outcomes.ts';

const base = { from: 'sip:a@x', to: 'sip:b@x', headers: {}, sdp: '', credentials: null };

function watched(uri: string) {
  const heard: [string, Observation['alive'], number | null][] = [];
  let spec: InviteSpec | undefined;
  let tell: (report: LegBReport) => void = () => {};
  const leg = {} as LegB;
  const caller = watchOutcomes(
    {
      invite: (asked, report) => {
        spec = asked;
        tell = report;
        return leg;
      },
    },
    (place, { alive, status }) => heard.push([place, alive, status]),
  );
  const reports: string[] = [];
  const same = caller.invite({ ...base, uri }, ({ type }) => reports.push(type)) === leg;
  return { heard, reports, same, tell: (report: LegBReport) => tell(report), silent: () => spec?.onSilent?.() };
}

const final = (status: number | null): LegBReport => ({ type: 'b-final', status, reason: 'because' });

it.each([
  [{ type: 'b-provisional', status: 180, reason: 'Ringing', sdp: null }, true],
  [{ type: 'b-answered', sdp: '' }, true],
  [final(486), true],
  [final(503), false],
  [final(408), false],
  [final(null), false],
] as const)('%j tells whether the gateway is there: %s', (report, alive) => {
  const { heard, tell, reports, same } = watched('sip:1@192.0.2.7:5062;transport=tcp');
  tell({ type: 'b-sent', sip_call_id: 'c' });
  tell(report);
  tell({ type: 'b-bye', cause: 'callee-hung-up' });
  expect(heard.map(([place, isAlive]) => [place, isAlive])).toEqual([['192.0.2.7:5062', alive]]);
  expect(reports).toEqual(['b-sent', report.type, 'b-bye']);
  expect(same).toBe(true);
});

it('an INVITE that was given up in silence speaks against the gateway, once', () => {
  const { heard, silent } = watched('sip:1@carrier.example');
  silent();
  silent();
  expect(heard).toEqual([['carrier.example', false, null]]);
});

it('one that rang before it was given up speaks for it', () => {
  const { heard, tell, silent } = watched('sip:1@[2001:db8::7]:5060');
  tell({ type: 'b-provisional', status: 183, reason: 'Session Progress', sdp: null });
  silent();
  expect(heard).toEqual([['[2001:db8::7]:5060', true, 183]]);
});
