import type { Binding } from '@trunkline/contracts/bindings';
import { bindingsKey } from '@trunkline/contracts/nats-map';
import type { Instant } from '@trunkline/contracts/time';
import { expect, it } from 'vitest';
import { buildGateway, buildTrunk, worldNow } from './admission-world.ts';
import { carrierTargets } from './carrier-targets.ts';
import { createPolicyIndex } from './policy-index.ts';

const now = worldNow as Instant;
const gateways = [buildGateway(1, '198.51.100.1', 1), buildGateway(2, '198.51.100.2', 2)];

function world(more: object, bindings: Partial<Binding>[] = []) {
  const policy = createPolicyIndex({ openSecret: () => '' });
  policy.putTrunk(buildTrunk(1, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'T', { gateways, ...more }), 1);
  const [key = ''] = policy.trunkKeys();
  const trunk = policy.trunk(key);
  if (trunk === undefined) throw new Error('no trunk');
  const whole = bindings.map(
    (binding, index): Binding => ({
      ...{ contact: `sip:pbx@10.0.0.${index}:5070`, q: 1 - index / 10, expires_at: (now + 1) as Instant },
      ...{ sip_call_id: 'c', cseq: 1, next_hop: null, ...binding },
    }),
  );
  policy.setBindings(bindingsKey(trunk), whole);
  return { policy, trunk, key, targets: () => carrierTargets(trunk, '+4940$1#', policy, () => 0, now) };
}

it('to a carrier that registered with us goes the number at its Contact, by the way of its REGISTER, then to gateways', () => {
  const { targets } = world({ registration: 'they-register' }, [
    { contact: 'sip:pbx@10.0.0.1:5070;transport=tcp', next_hop: 'sip:192.0.2.9:1024;transport=tcp' },
    { contact: 'sips:10.0.0.2', path: ['<sip:192.0.2.1:5080;lr>', '<sip:192.0.2.2;lr>'] },
  ]);
  expect(targets().map(({ gateway: _, ...target }) => target)).toEqual([
    {
      name: '10.0.0.1:5070',
      uri: 'sip:+4940$1%23@10.0.0.1:5070;transport=tcp',
      next_hop: 'sip:192.0.2.9:1024;transport=tcp',
    },
    {
      name: '10.0.0.2:5060',
      uri: 'sips:+4940$1%23@10.0.0.2',
      next_hop: 'sip:192.0.2.1:5080;lr',
      route: ['<sip:192.0.2.1:5080;lr>', '<sip:192.0.2.2;lr>'],
    },
    { name: '198.51.100.1:5060', uri: 'sip:+4940$1%23@198.51.100.1:5060' },
    { name: '198.51.100.2:5060', uri: 'sip:+4940$1%23@198.51.100.2:5060' },
  ]);
});

it('bindings of a trunk that registers nobody mean nothing', () => {
  expect(
    world({}, [{}])
      .targets()
      .map(({ name }) => name),
  ).toEqual(['198.51.100.1:5060', '198.51.100.2:5060']);
});

it('the route that a registrar asked for leads to that gateway and to no other, as long as it is known', () => {
  const { policy, key, targets } = world({});
  const routes = ['<sip:192.0.2.1;lr>'];
  policy.setServiceRoute(key, { registrar: '198.51.100.2:5060', routes });
  expect(targets()).toMatchObject([{}, { route: routes, next_hop: 'sip:192.0.2.1;lr' }]);
  expect(targets()[0]).not.toHaveProperty('route');
  policy.setServiceRoute(key, undefined);
  expect(targets()[1]).not.toHaveProperty('route');
});
