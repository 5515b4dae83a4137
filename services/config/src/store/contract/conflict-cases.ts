import type { Cidr } from '@trunkline/contracts/cidr';
import { expect, it } from 'vitest';
import { accept, refuse } from '../../result.ts';
import { sampleAgent, sampleNumber, sampleSeal, sampleTrunk } from './sample.ts';
import { changed, later, type Subject } from './subject.ts';

const userpass = (username: string) => ({ kind: 'userpass', username, password: sampleSeal }) as const;
const acl = (...cidrs: string[]) => cidrs as Cidr[];

export function conflictCases(subject: () => Subject): void {
  it('knows a number in its national form and in E.164 as one', async () => {
    const { store, own, other } = subject();
    const first = sampleTrunk(own, { numbers: [sampleNumber('030 33300100')] });
    await store.createTrunk(first);
    const german = { number_format: { style: '+e164', country: 'DE' } } as const;
    const second = sampleTrunk(other, { ...german, numbers: [sampleNumber('+493033300100')] });
    const taken = { kind: 'number-taken', number: '493033300100' };
    expect(await store.createTrunk(second)).toEqual(refuse({ ...taken, holder: null }));
    const twice = sampleTrunk(other, {
      ...german,
      numbers: [sampleNumber('030 33300200'), sampleNumber('+493033300200')],
    });
    expect(await store.createTrunk(twice)).toMatchObject({ fault: { kind: 'number-repeated' } });
    const swiss = sampleTrunk(own, {
      number_format: { style: 'national', country: 'CH' },
      numbers: [sampleNumber('030 33300100')],
    });
    await store.createTrunk(swiss);
    const moved = changed({ number_format: { style: 'national', country: 'DE' } });
    const holder = { trunk: first.trunk.id, name: first.trunk.name };
    expect(await store.changeTrunk(own, swiss.trunk.id, moved)).toEqual(refuse({ ...taken, holder }));
  });

  it('lets accounts have the same extension, but not at the same addresses, and an account have it once', async () => {
    const { store, own, other } = subject();
    const at = (cidr: string) => ({ acl: acl(cidr), numbers: [sampleNumber('1000')] });
    const first = sampleTrunk(own, at('192.0.2.0/24'));
    await store.createTrunk(first);
    const holder = { trunk: first.trunk.id, name: first.trunk.name };
    const taken = refuse({ kind: 'number-taken', number: '1000', holder });
    expect(await store.createTrunk(sampleTrunk(own, at('198.51.100.0/24')))).toEqual(taken);
    const overlap = { kind: 'overlap', number: '1000', holder: null };
    for (const cidr of ['192.0.2.7/32', '192.0.0.0/16', '192.0.2.0/24']) {
      expect(await store.createTrunk(sampleTrunk(other, at(cidr)))).toEqual(refuse({ ...overlap, cidr }));
    }
    const apart = sampleTrunk(other, at('198.51.100.0/24'));
    expect(await store.createTrunk(apart)).toEqual(accept(apart));
    const closer = changed({ acl: acl('2001:db8::/32', '192.0.2.128/25') });
    const refused = refuse({ ...overlap, cidr: '192.0.2.128/25' });
    expect(await store.changeTrunk(other, apart.trunk.id, closer)).toEqual(refused);
    expect(await store.trunk(other, apart.trunk.id)).toEqual(apart);
    await store.deleteTrunk(own, first.trunk.id, later);
    expect((await store.changeTrunk(other, apart.trunk.id, closer)).ok).toBe(true);
  });

  it('lets telephone numbers share addresses', async () => {
    const { store, own, other } = subject();
    const at = (number: string) => ({ acl: acl('192.0.2.0/24'), numbers: [sampleNumber(number)] });
    await store.createTrunk(sampleTrunk(own, at('+4930000001')));
    expect((await store.createTrunk(sampleTrunk(other, at('+4930000002')))).ok).toBe(true);
  });

  it('registers one user at one place once', async () => {
    const { store, own, other } = subject();
    const base = sampleTrunk(own, { auth: userpass('alice') }).trunk;
    const twin = { auth: userpass('alice'), gateways: base.gateways };
    await store.createTrunk({ trunk: base, as_given: {} });
    const taken = { kind: 'identity-taken', username: 'alice', place: 'b.example:5060' };
    const fresh = (account: typeof own, change: object = {}) => {
      const made = sampleTrunk(account, { ...twin, ...change });
      const gateways = made.trunk.gateways.map((gateway, index) => ({
        ...gateway,
        id: sampleTrunk(account).trunk.gateways[index]?.id ?? gateway.id,
      }));
      return { ...made, trunk: { ...made.trunk, gateways } };
    };
    const holder = { trunk: base.id, name: base.name };
    expect(await store.createTrunk(fresh(own))).toEqual(refuse({ ...taken, holder }));
    expect(await store.createTrunk(fresh(other))).toEqual(refuse({ ...taken, holder: null }));
    expect((await store.createTrunk(fresh(other, { registration: 'none' }))).ok).toBe(true);
    const asleep = fresh(own, { is_active: false });
    expect((await store.createTrunk(asleep)).ok).toBe(true);
    const wake = changed({ is_active: true });
    expect(await store.changeTrunk(own, asleep.trunk.id, wake)).toEqual(refuse({ ...taken, holder }));
    await store.changeTrunk(own, base.id, changed({ auth: userpass('bob') }));
    expect((await store.changeTrunk(own, asleep.trunk.id, wake)).ok).toBe(true);
  });

  it('keeps the user names at our own registrar apart', async () => {
    const { store, own, other } = subject();
    const carrier = { registration: 'they-register', auth: userpass('desk') } as const;
    await store.createTrunk(sampleTrunk(own, carrier));
    const taken = refuse({ kind: 'identity-taken', username: 'desk', place: null, holder: null });
    expect(await store.createTrunk(sampleTrunk(other, carrier))).toEqual(taken);
    const auth = { username: 'desk', password: sampleSeal };
    expect(await store.createAgent(sampleAgent(other, { auth }))).toEqual(taken);
    const agent = sampleAgent(other, { auth: { username: 'bot', password: sampleSeal } });
    await store.createAgent(agent);
    const bot = sampleTrunk(own, { registration: 'they-register', auth: userpass('bot') });
    expect(await store.createTrunk(bot)).toMatchObject({ fault: { kind: 'identity-taken', username: 'bot' } });
    await store.deleteAgent(other, agent.agent.id, later);
    expect((await store.createTrunk(bot)).ok).toBe(true);
  });
}
