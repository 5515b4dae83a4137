import { originateRequestSchema } from '@trunkline/contracts/originate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerFault, userDataHeaders } from './user-data-headers.ts';

const headersSchema = originateRequestSchema.shape.headers;

describe('variables of a call as header fields', () => {
  it.each([
    [{ customer_name: 'Asha' }, { 'X-customer-name': 'Asha' }],
    [
      { n: 5, yes: true, none: null },
      { 'X-n': '5', 'X-yes': 'true' },
    ],
    [
      { list: [1, 'a'], deep: { a: 'ü' } },
      { 'X-list': '[1,"a"]', 'X-deep': '{"a":"%C3%BC"}' },
    ],
    [{ place: 'Köln 50%' }, { 'X-place': 'K%C3%B6ln 50%25' }],
    [{ spaces: '  in the middle ' }, { 'X-spaces': '%20%20in the middle%20' }],
    [{ evil: 'x\r\nVia: evil' }, { 'X-evil': 'x%0D%0AVia: evil' }],
    [{ empty: '' }, { 'X-empty': '' }],
  ])('%j become %j', (given, headers) => {
    expect(userDataHeaders(given)).toEqual(headers);
  });

  it('can always be sent, and read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const headers = userDataHeaders({ text });
        expect(headersSchema.safeParse(headers).success).toBe(true);
        expect(decodeURIComponent(headers['X-text'] ?? '')).toBe(text);
      }),
    );
  });

  it.each([
    ['', 'x'],
    ['__', 'x'],
    ['k'.repeat(61), 'x'],
    ['trunkline_call_id', 'x'],
    ['Trunkline', 'x'],
    ['long', 'x'.repeat(1_025)],
    ['wide', 'ü'.repeat(200)],
  ])('are refused where they cannot be: %s', (key, value) => {
    expect(headerFault(key, value)).toMatch(/^must /);
  });

  it('are taken otherwise', () => {
    for (const [key, value] of [
      ['name', 'Asha'],
      ['long', 'x'.repeat(1_024)],
      ['nothing', null],
      ['trunk', 'line'],
    ] as const) {
      expect(headerFault(key, value)).toBeUndefined();
    }
  });
});
