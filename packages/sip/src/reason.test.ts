import { describe, expect, it } from 'vitest';
import { formatReason, parseReason } from './reason.ts';

describe('a Reason header', () => {
  it('is read as RFC 3326 §2 shows it', () => {
    expect(
      parseReason('SIP ;cause=200 ;text="Call completed elsewhere", Q.850 ;cause=16 ;text="Terminated; \\"end\\""'),
    ).toEqual([
      { protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' },
      { protocol: 'Q.850', cause: 16, text: 'Terminated; "end"' },
    ]);
  });

  it('is read without cause or text, and without its malformed values', () => {
    expect(parseReason('Q.850, pre emption;cause=1, X;cause=abc;text=bare')).toEqual([
      { protocol: 'Q.850', cause: null, text: null },
      { protocol: 'X', cause: null, text: 'bare' },
    ]);
    expect(parseReason('')).toEqual([]);
  });

  it('is written so that it reads back', () => {
    const reason = { protocol: 'Q.850', cause: 17, text: 'say "busy"' };
    expect(formatReason(reason)).toBe('Q.850;cause=17;text="say \\"busy\\""');
    expect(parseReason(formatReason(reason))).toEqual([reason]);
    expect(formatReason({ protocol: 'SIP', cause: null, text: null })).toBe('SIP');
  });
});
