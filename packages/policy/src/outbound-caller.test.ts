import { type CallerIdentity, type Trunk, usualCallerIdentity } from '@trunkline/contracts/trunk';
import { describe, expect, it } from 'vitest';
import { type CallerWish, outboundCaller, ownNumberShown } from './outbound-caller.ts';

const own = '+4930123456';
const foreign = '+12125550123';
const gateway = { host: 'sip.carrier.example' };
const anonymous: CallerWish = { foreign: null, anonymous: true };

interface Case {
  readonly name: string;
  readonly settings?: Partial<CallerIdentity>;
  readonly format?: Trunk['number_format'];
  readonly username?: string;
  readonly wish?: CallerWish;
  readonly from_uri: string;
  readonly headers: Record<string, string>;
  readonly shown: Record<string, unknown>;
}

const cases: readonly Case[] = [
  {
    name: 'the number stands in From and P-Asserted-Identity unless said otherwise',
    from_uri: 'sip:+4930123456@localhost',
    headers: { 'P-Asserted-Identity': '<sip:+4930123456@localhost>' },
    shown: { asserted: own, asserted_by: 'p-asserted-identity', presented: own, private: false },
  },
  {
    name: 'in the format of the trunk',
    format: { style: 'national', country: 'DE' },
    from_uri: 'sip:030123456@localhost',
    headers: { 'P-Asserted-Identity': '<sip:030123456@localhost>' },
    shown: { asserted: '030123456', presented: '030123456' },
  },
  {
    name: 'without leading plus',
    format: { style: 'e164', country: null },
    from_uri: 'sip:4930123456@localhost',
    headers: { 'P-Asserted-Identity': '<sip:4930123456@localhost>' },
    shown: { asserted: '4930123456' },
  },
  {
    name: 'in Remote-Party-ID',
    settings: { asserted_in: 'remote-party-id' },
    from_uri: 'sip:+4930123456@localhost',
    headers: { 'Remote-Party-ID': '<sip:+4930123456@sip.carrier.example>;party=calling;screen=yes;privacy=off' },
    shown: { asserted_by: 'remote-party-id', presented: own },
  },
  {
    name: 'in both, under a domain of its own',
    settings: { asserted_in: 'both', domain: 'tenant.example' },
    from_uri: 'sip:+4930123456@tenant.example',
    headers: {
      'P-Asserted-Identity': '<sip:+4930123456@tenant.example>',
      'Remote-Party-ID': '<sip:+4930123456@tenant.example>;party=calling;screen=yes;privacy=off',
    },
    shown: { asserted_by: 'p-asserted-identity' },
  },
  {
    name: 'in From alone',
    settings: { asserted_in: 'none' },
    from_uri: 'sip:+4930123456@localhost',
    headers: {},
    shown: { asserted: null, asserted_by: null, presented: own },
  },
  {
    name: 'the user name stands in From where the carrier wants it',
    settings: { from: 'username' },
    username: 'acme-49',
    from_uri: 'sip:acme-49@localhost',
    headers: { 'P-Asserted-Identity': '<sip:+4930123456@localhost>' },
    shown: { asserted: own, presented: 'acme-49' },
  },
  {
    name: 'a user name with a domain of its own is taken whole',
    settings: { from: 'username' },
    username: 'acme@carrier.example',
    from_uri: 'sip:acme@carrier.example',
    headers: { 'P-Asserted-Identity': '<sip:+4930123456@localhost>' },
    shown: {},
  },
  {
    name: 'a trunk without user name has the number all the same',
    settings: { from: 'username' },
    from_uri: 'sip:+4930123456@localhost',
    headers: { 'P-Asserted-Identity': '<sip:+4930123456@localhost>' },
    shown: {},
  },
  {
    name: 'an anonymous caller is known to the carrier alone',
    wish: anonymous,
    settings: { asserted_in: 'both' },
    from_uri: 'sip:anonymous@anonymous.invalid',
    headers: {
      'P-Asserted-Identity': '<sip:+4930123456@localhost>',
      'Remote-Party-ID': '<sip:+4930123456@sip.carrier.example>;party=calling;screen=yes;privacy=full',
      Privacy: 'id',
    },
    shown: { asserted: own, presented: null, private: true },
  },
  {
    name: 'a foreign number is not shown unless the trunk says so',
    wish: { foreign, anonymous: false },
    from_uri: 'sip:+4930123456@localhost',
    headers: { 'P-Asserted-Identity': '<sip:+4930123456@localhost>' },
    shown: { presented: own },
  },
  {
    name: 'a foreign number is shown in From, and the trunk’s own is asserted',
    settings: { foreign_numbers: true },
    wish: { foreign, anonymous: false },
    from_uri: 'sip:+12125550123@localhost',
    headers: { 'P-Asserted-Identity': '<sip:+4930123456@localhost>' },
    shown: { asserted: own, presented: foreign },
  },
];

describe('the caller of an outbound call', () => {
  it.each(cases)('$name', ({ settings, username = null, wish = ownNumberShown, ...rest }) => {
    const trunk = {
      caller_identity: { ...usualCallerIdentity, ...settings },
      number_format: rest.format ?? ({ style: '+e164', country: null } as const),
      username,
    };
    const caller = outboundCaller(trunk, own, wish, gateway);
    expect(caller).toMatchObject({ from_uri: rest.from_uri, shown: rest.shown });
    expect(caller.headers).toEqual(rest.headers);
  });
});
