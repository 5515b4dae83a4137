import { expect, it } from 'vitest';
import { readTrunk } from './read-trunk.ts';
import { trunkSchema } from './trunk.ts';

const id = '01HZZZZZZZZZZZZZZZZZZZ0001';
const trunk = {
  ...{ id, account: id, name: 'one', provider: 'custom', description: null, direction: 'both', auth: { kind: 'ip' } },
  ...{ registration: 'none', gateways: [], acl: ['192.0.2.0/24'], transport: 'udp', force_rport: true },
  media: { codecs: ['PCMA'], encryption: 'no', symmetric_rtp: true, direct_media: false, ice: false },
  ...{ number_format: { style: '+e164', country: 'DE' }, qualify: { interval_s: 0 } },
  ...{ limits: { channels: null, calls_per_second: null }, numbers: [], is_active: true },
  ...{ expires_at: null, created_at: 1, updated_at: 2 },
};

it.each([
  ['a usual one', trunk],
  ['an unusual one that is right', { ...trunk, acl: ['2001:db8::/32'] }],
  ['one with a wrong field', { ...trunk, transport: 'smoke' }],
  ['one with a field too many', { ...trunk, more: 1 }],
  ['no trunk at all', null],
])('answers as the schema does: %s', (_what, json) => {
  const [read, expected] = [readTrunk(json), trunkSchema.safeParse(json)];
  expect([read.success, read.data, read.error?.issues]).toEqual([
    expected.success,
    expected.data,
    expected.error?.issues,
  ]);
});
