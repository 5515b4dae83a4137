import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEvent, formatMark, parseSpool } from './spool-format.ts';

const token = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/);
const event = fc.record({ subject: token, msg_id: token, payload: fc.string({ unit: 'binary' }) });

describe('the spool file', () => {
  it('gives back what was written, whatever the payload', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const file = Buffer.from(events.map(formatEvent).join(''));
        expect(parseSpool(file)).toEqual({ events, delivered: 0, torn: false });
      }),
    );
  });
  it('gives back whole events only, wherever the file was torn', () => {
    const events = [
      { subject: 'call.a', msg_id: '1', payload: '{"text":"M 9"}' },
      { subject: 'call.b', msg_id: '2', payload: 'E 1 x 3\nabc\n' },
    ];
    const file = Buffer.from(events.map(formatEvent).join(''));
    const first = Buffer.byteLength(formatEvent(events[0] ?? { subject: '', msg_id: '', payload: '' }));
    for (let length = 0; length < file.length; length++) {
      const parsed = parseSpool(file.subarray(0, length));
      expect(parsed.events).toEqual(length < first ? [] : events.slice(0, 1));
      expect(parsed.torn).toBe(length !== 0 && length !== first);
    }
  });
  it('keeps the highest mark and never more than there are events', () => {
    const one = formatEvent({ subject: 's', msg_id: '1', payload: 'x' });
    const read = (text: string) => parseSpool(Buffer.from(text)).delivered;
    expect(read(one + one + formatMark(1) + one)).toBe(1);
    expect(read(one + one + formatMark(2) + formatMark(1))).toBe(2);
    expect(read(one + formatMark(7))).toBe(1);
  });
});
