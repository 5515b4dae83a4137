import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Application } from './application.ts';
import { encodeFrame, splitPayload } from './frame.ts';
import { FrameDecoder, MOST_FRAME_BYTES } from './frame-decoder.ts';
import { Routes } from './routes.ts';

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    const frame = fc.tuple(
      fc.string({ unit: 'grapheme' }),
      fc.option(fc.uint8Array({ maxLength: 50 }), { nil: undefined }),
    );
    const frames = fc.array(
      frame.map(([meta, sip]) => ({
        meta: meta.replaceAll('\r', ''),
        sip: sip === undefined ? undefined : Buffer.from(sip),
      })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(frames, fc.array(fc.nat(400), { maxLength: 30 }), (written, cuts) => {
        const stream = Buffer.concat(written.map(({ meta, sip }) => encodeFrame(meta, sip)));
        const points = [0, ...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
        const decoder = new FrameDecoder();
        const read: Buffer[] = [];
        for (const [index, end] of points.slice(1).entries()) {
          const decoded = decoder.push(Buffer.from(stream.subarray(points[index], end)));
          if (!decoded.ok) throw new Error(decoded.reason);
          read.push(...decoded.payloads);
        }
        expect(decoder.held_bytes).toBe(0);
        expect(read.map(splitPayload)).toEqual(written.map(({ meta, sip }) => ({ fields: meta.split('|'), sip })));
      }),
    );
  });

  it.each(['#', 'a#x', '1a#x', `${MOST_FRAME_BYTES + 1}#`, '00000000#'])('%j is refused', (text) => {
    expect(new FrameDecoder().push(Buffer.from(text)).ok).toBe(false);
  });

  it('holds no more than one frame', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.from(`${MOST_FRAME_BYTES}#`));
    for (let sent = 0; sent < MOST_FRAME_BYTES - 1; sent += 65_535) {
      decoder.push(Buffer.alloc(Math.min(65_535, MOST_FRAME_BYTES - 1 - sent)));
    }
    expect(decoder.held_bytes).toBe(MOST_FRAME_BYTES + 7);
    expect(decoder.push(Buffer.from('x'))).toMatchObject({ ok: true, payloads: [{ length: MOST_FRAME_BYTES }] });
  });
});

const application = (number: number, congested = false): Application & { congested: boolean } => ({
  tags: [],
  number,
  open: true,
  congested,
  waiting_bytes: 0,
  send: () => {},
});

describe('Routes', () => {
  it('go round, each application once however often it asked', () => {
    const routes = new Routes();
    const [one, two] = [application(1), application(2)];
    for (const app of [one, one, two, one]) routes.add(app, 'INVITE');
    const picked = [1, 2, 3, 4].map(() => routes.pick('invite'));
    expect(picked).toEqual([one, two, one, two]);
    routes.remove(two, 'invite');
    expect([routes.pick('INVITE'), routes.pick('INVITE'), routes.pick('BYE')]).toEqual([one, one, 'nobody']);
    routes.removeAll(one);
    expect([routes.pick('INVITE'), routes.verbs]).toEqual(['nobody', []]);
  });

  it('pass by who does not keep up, and say so when nobody does', () => {
    const routes = new Routes();
    const [slow, quick] = [application(1, true), application(2)];
    routes.add(slow, 'invite');
    expect(routes.pick('invite')).toBe('saturated');
    routes.add(quick, 'invite');
    expect([routes.pick('invite'), routes.pick('invite')]).toEqual([quick, quick]);
    slow.congested = false;
    expect(routes.pick('invite')).toBe(slow);
  });

  it('are bounded per application', () => {
    const routes = new Routes();
    const app = application(1);
    const added = Array.from({ length: 70 }, (_, index) => routes.add(app, `verb${index}`));
    expect(added.filter(Boolean)).toHaveLength(64);
  });
});
