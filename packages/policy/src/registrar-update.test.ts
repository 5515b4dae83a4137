import type { Binding } from '@trunkline/contracts/bindings';
import type { Instant } from '@trunkline/contracts/time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrderOfCalling, type RegisterRequest, registrarExpires, updateBindings } from './registrar-update.ts';

const now = 1_800_000_000_000 as Instant;
const one = 'sip:bot@192.0.2.1:5060';
const two = 'sip:bot@192.0.2.2:5060;transport=tcp';
const binding = (contact: string, change: Partial<Binding> = {}): Binding => ({
  ...{ contact, q: 1, expires_at: (now + 100_000) as Instant, sip_call_id: 'c1', cseq: 5, next_hop: null },
  ...change,
});
const contact = (uri: string, expires: number | null = null, q: number | null = null) => ({ uri, expires, q });
const request = (change: Partial<RegisterRequest>): RegisterRequest => ({
  ...{ contacts: [], expires: null, sip_call_id: 'c1', cseq: 6, next_hop: () => null },
  ...change,
});
const after = (present: readonly Binding[], change: Partial<RegisterRequest>) => {
  const result = updateBindings(present, request(change), now);
  if (result.kind === 'refused') return `${result.status}`;
  return Object.fromEntries(result.bindings.map((each) => [each.contact, (each.expires_at - now) / 1_000]));
};

describe('a REGISTER', () => {
  const table: readonly [
    what: string,
    present: readonly Binding[],
    change: Partial<RegisterRequest>,
    expected: unknown,
  ][] = [
    ['without Contact asks', [binding(one)], {}, { [one]: 100 }],
    ['sees none that ran out', [binding(one, { expires_at: now })], {}, {}],
    ['adds', [], { contacts: [contact(one)] }, { [one]: registrarExpires.usual }],
    ['adds for the time of the Contact', [], { contacts: [contact(one, 90)], expires: 200 }, { [one]: 90 }],
    ['adds for the time of Expires', [], { contacts: [contact(one)], expires: 200 }, { [one]: 200 }],
    ['adds for no more than an hour', [], { contacts: [contact(one, 90_000)] }, { [one]: registrarExpires.most }],
    ['refreshes', [binding(one)], { contacts: [contact(one, 300)] }, { [one]: 300 }],
    [
      'refreshes what is written otherwise',
      [binding(one)],
      { contacts: [contact('SIP:bot@192.0.2.1:5060', 300)] },
      { 'SIP:bot@192.0.2.1:5060': 300 },
    ],
    ['adds a second one', [binding(one)], { contacts: [contact(two, 300)] }, { [one]: 100, [two]: 300 }],
    ['removes one', [binding(one), binding(two)], { contacts: [contact(one, 0)] }, { [two]: 100 }],
    ['removes what is not there', [binding(two)], { contacts: [contact(one, 0)] }, { [two]: 100 }],
    ['removes and adds at once', [binding(one)], { contacts: [contact(one, 0), contact(two, 90)] }, { [two]: 90 }],
    ['removes all', [binding(one), binding(two, { sip_call_id: 'c2', cseq: 9 })], { contacts: '*', expires: 0 }, {}],
    ['removes all only with Expires: 0', [binding(one)], { contacts: '*', expires: 60 }, '400'],
    ['that was overtaken removes nothing', [binding(one, { cseq: 7 })], { contacts: '*', expires: 0 }, '500'],
    ['that was overtaken adds nothing', [binding(one, { cseq: 7 })], { contacts: [contact(one, 300)] }, '500'],
    ['that is repeated', [binding(one, { cseq: 6 })], { contacts: [contact(one, 300)] }, '500'],
    [
      'of a restarted user agent counts again',
      [binding(one, { cseq: 7 })],
      { contacts: [contact(one, 300)], sip_call_id: 'c2', cseq: 1 },
      { [one]: 300 },
    ],
    ['too brief', [], { contacts: [contact(one, 59)] }, '423'],
    ['too brief for one is too brief', [], { contacts: [contact(two, 60), contact(one, 1)] }, '423'],
    ['for a telephone', [], { contacts: [contact('tel:+4930')] }, '400'],
    [
      'for too many',
      [],
      { contacts: Array.from({ length: 11 }, (_, index) => contact(`sip:a@192.0.2.${index}`)) },
      '403',
    ],
  ];
  it.each(table)('%s', (_what, present, change, expected) => {
    expect(after(present, change)).toEqual(expected);
  });

  it('property: keeps what it does not name, and never a binding twice', () => {
    const uris = fc.constantFrom(one, two, 'sip:x@192.0.2.3', 'SIP:x@192.0.2.3');
    const contacts = fc.array(
      fc.record({ uri: uris, expires: fc.constantFrom(null, 0, 60, 600), q: fc.constant(null) }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(contacts, { maxLength: 6 }), (story) => {
        let bindings: readonly Binding[] = [];
        story.forEach((each, index) => {
          const result = updateBindings(bindings, request({ contacts: each, cseq: index }), now);
          if (result.kind === 'refused') return;
          const named = new Set(each.map(({ uri }) => uri.toLowerCase()));
          for (const kept of bindings)
            if (!named.has(kept.contact.toLowerCase())) expect(result.bindings).toContainEqual(kept);
          bindings = result.bindings;
          expect(new Set(bindings.map((each) => each.contact.toLowerCase())).size).toBe(bindings.length);
        });
      }),
    );
  });
});

it('calls by q, then who registered last, and nobody whose time is over', () => {
  const later = binding('sip:b@h', { expires_at: (now + 200_000) as Instant });
  const bindings = [
    binding('sip:a@h'),
    binding('sip:low@h', { q: 0.1 }),
    later,
    binding('sip:gone@h', { expires_at: now }),
  ];
  expect(inOrderOfCalling(bindings, now).map((each) => each.contact)).toEqual(['sip:b@h', 'sip:a@h', 'sip:low@h']);
});

it('a binding keeps the Path of its REGISTER', () => {
  const path = ['<sip:edge.example;lr>', '<sip:core.example;lr>'];
  const result = updateBindings([], request({ contacts: [contact(one)], path }), now);
  expect(result).toMatchObject({ bindings: [{ contact: one, path, next_hop: null }] });
  const without = updateBindings([], request({ contacts: [contact(one)], path: [] }), now);
  expect(without.kind === 'bindings' && without.bindings[0]).not.toHaveProperty('path');
});
