import { type CallerIdentity, usualCallerIdentity } from '@trunkline/contracts/trunk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inboundCaller } from './inbound-caller.ts';
import { noIdentity, type ReceivedDiversion, type ReceivedIdentity } from './received-identity.ts';

const trusted: CallerIdentity = { ...usualCallerIdentity, trusted: true };
const shown: CallerIdentity = { ...trusted, private_numbers_shown: true };
const diverted = (by: ReceivedDiversion['by'], more: Partial<ReceivedDiversion> = {}): ReceivedDiversion => ({
  from: '+4930100',
  reason: 'user-busy',
  by,
  text: `<sip:+4930100@carrier.example>;by=${by}`,
  withheld: false,
  ...more,
});
const at = (user: string) => `sip:${user}@localhost`;
const anonymous = 'sip:anonymous@anonymous.invalid';

interface Case {
  readonly name: string;
  readonly from_user?: string | null;
  readonly said?: Partial<ReceivedIdentity>;
  readonly settings?: CallerIdentity;
  readonly from_uri: string;
  readonly headers?: Record<string, string>;
  readonly shown: Record<string, unknown>;
}

const cases: readonly Case[] = [
  {
    name: 'From alone is the caller',
    from_uri: at('+491700'),
    shown: { asserted: null, asserted_by: null, presented: '+491700', private: false, diversions: [] },
  },
  {
    name: 'an anonymous From is nobody',
    from_user: null,
    from_uri: anonymous,
    shown: { asserted: null, presented: null, private: false },
  },
  {
    name: 'an untrusted carrier asserts nothing, and nothing of it goes on',
    said: { asserted: '+49666', remote_party: '+49777', diversions: [diverted('diversion')] },
    from_uri: at('+491700'),
    shown: { asserted: null, presented: '+491700', diversions: [] },
  },
  {
    name: 'P-Asserted-Identity of a trusted carrier comes before Remote-Party-ID and From',
    said: { asserted: '+49666', remote_party: '+49777' },
    settings: trusted,
    from_uri: at('+49666'),
    headers: { 'P-Asserted-Identity': '<sip:+49666@localhost>' },
    shown: { asserted: '+49666', asserted_by: 'p-asserted-identity', presented: '+491700', private: false },
  },
  {
    name: 'Remote-Party-ID of a trusted carrier comes before From',
    said: { remote_party: '+49777' },
    settings: trusted,
    from_uri: at('+49777'),
    headers: { 'P-Asserted-Identity': '<sip:+49777@localhost>' },
    shown: { asserted: '+49777', asserted_by: 'remote-party-id', presented: '+491700' },
  },
  {
    name: 'P-Preferred-Identity of a carrier is not an assertion',
    said: { preferred: '+49888' },
    settings: trusted,
    from_uri: at('+491700'),
    shown: { asserted: null, presented: '+491700' },
  },
  ...(['id', 'user', 'header'] as const).map((value) => ({
    name: `Privacy: ${value} hides the number that a trusted carrier tells`,
    said: { asserted: '+49666', privacy: [value], diversions: [diverted('diversion')] },
    settings: trusted,
    from_uri: anonymous,
    headers: { Privacy: 'id' },
    shown: { asserted: null, asserted_by: null, presented: null, private: true, diversions: [] },
  })),
  {
    name: 'Remote-Party-ID with a privacy of its own hides, too',
    said: { remote_party: '+49777', remote_party_private: true },
    settings: trusted,
    from_uri: anonymous,
    headers: { Privacy: 'id' },
    shown: { asserted: null, private: true },
  },
  {
    name: 'an untrusted carrier may ask for privacy all the same',
    said: { privacy: ['id'] },
    from_uri: anonymous,
    headers: { Privacy: 'id' },
    shown: { presented: null, private: true },
  },
  {
    name: 'Privacy: none shows, whatever else is asked',
    said: { asserted: '+49666', privacy: ['id', 'none'] },
    settings: trusted,
    from_uri: at('+49666'),
    headers: { 'P-Asserted-Identity': '<sip:+49666@localhost>' },
    shown: { asserted: '+49666', private: false },
  },
  {
    name: 'Privacy: session says nothing of who calls',
    said: { privacy: ['session', 'critical'] },
    from_uri: at('+491700'),
    shown: { presented: '+491700', private: false },
  },
  {
    name: 'agents that may know private numbers are told, with the wish',
    from_user: null,
    said: { asserted: '+49666', privacy: ['id'] },
    settings: shown,
    from_uri: at('+49666'),
    headers: { 'P-Asserted-Identity': '<sip:+49666@localhost>', Privacy: 'id' },
    shown: { asserted: '+49666', presented: null, private: true },
  },
  {
    name: 'what an untrusted carrier says stays hidden from agents that may know private numbers',
    said: { asserted: '+49666', privacy: ['id'] },
    settings: { ...usualCallerIdentity, private_numbers_shown: true },
    from_uri: anonymous,
    headers: { Privacy: 'id' },
    shown: { asserted: null, presented: null, private: true },
  },
  {
    name: 'diversions of a trusted carrier go on, each in its own field',
    said: { diversions: [diverted('diversion'), diverted('history-info'), diverted('diversion', { withheld: true })] },
    settings: trusted,
    from_uri: at('+491700'),
    headers: {
      Diversion: '<sip:+4930100@carrier.example>;by=diversion',
      'History-Info': '<sip:+4930100@carrier.example>;by=history-info',
    },
    shown: {
      diversions: [
        { from: '+4930100', reason: 'user-busy', by: 'diversion' },
        { from: '+4930100', reason: 'user-busy', by: 'history-info' },
      ],
    },
  },
  {
    name: 'Privacy: history withholds the way that the call came',
    said: { privacy: ['history'], diversions: [diverted('diversion'), diverted('history-info')] },
    settings: trusted,
    from_uri: at('+491700'),
    shown: { presented: '+491700', private: false, diversions: [] },
  },
  {
    name: 'parameters, escapes and separators are taken off',
    from_user: '%2B49-170.0;phone-context=+49',
    from_uri: at('+491700'),
    shown: { presented: '+491700' },
  },
  {
    name: 'an asserted anonymous is nobody',
    said: { asserted: 'Anonymous' },
    settings: trusted,
    from_uri: at('+491700'),
    shown: { asserted: null, presented: '+491700' },
  },
];

describe('the caller of an inbound call', () => {
  it.each(cases)('$name', ({ from_user = '+491700', said = {}, settings = usualCallerIdentity, ...expected }) => {
    const caller = inboundCaller({ from_user, identity: { ...noIdentity, ...said } }, settings);
    expect(caller).toMatchObject({ from_uri: expected.from_uri, shown: expected.shown });
    expect(caller.headers).toEqual(expected.headers ?? {});
  });

  it('never ends a line, whatever the user parts hold', () => {
    const user = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(user, user, (from_user, asserted) => {
        const { from_uri, headers, shown } = inboundCaller(
          { from_user, identity: { ...noIdentity, asserted } },
          trusted,
        );
        for (const text of [from_uri, ...Object.values(headers)]) {
          expect(text).toMatch(/^[\x21-\x7e]+$/);
          expect(text.match(/[<>]/g)?.length ?? 0).toBe(text.startsWith('<') ? 2 : 0);
        }
        expect(`${shown.asserted}${shown.presented}`).toMatch(/^[\x20-\x7e]*$/);
        expect(shown.asserted?.length ?? 0).toBeLessThanOrEqual(128);
      }),
    );
  });
});
