/** Encoding name and clock rate of a payload type. */
export interface Encoding {
  /** In upper case, as RFC 3551 writes most of them. */
  readonly name: string;
  /** Hertz. */
  readonly clock_rate: number;
  readonly channels: number;
}

const one = (name: string, clock_rate = 8_000): Encoding => ({ name, clock_rate, channels: 1 });

/** RFC 3551 §6, tables 4 and 5, the audio part: what a payload type below 96 means without an rtpmap. */
export const staticPayloadTypes: ReadonlyMap<number, Encoding> = new Map([
  [0, one('PCMU')],
  [3, one('GSM')],
  [4, one('G723')],
  [5, one('DVI4')],
  [6, one('DVI4', 16_000)],
  [7, one('LPC')],
  [8, one('PCMA')],
  // RFC 3551 §4.5.2: G722 samples at 16 kHz, and its RTP clock is 8 kHz by an old mistake.
  [9, one('G722')],
  [10, { name: 'L16', clock_rate: 44_100, channels: 2 }],
  [11, one('L16', 44_100)],
  [12, one('QCELP')],
  [13, one('CN')],
  [14, one('MPA', 90_000)],
  [15, one('G728')],
  [16, one('DVI4', 11_025)],
  [17, one('DVI4', 22_050)],
  [18, one('G729')],
]);
