/** One event as it is kept. */
export interface SpooledEvent {
  readonly subject: string;
  readonly msg_id: string;
  readonly payload: string;
}

const lineFeed = 10;

/** `E <msg id> <subject> <bytes of payload>`, the payload, and a line feed that a torn write would lack. */
export function formatEvent({ subject, msg_id, payload }: SpooledEvent): string {
  return `E ${msg_id} ${subject} ${Buffer.byteLength(payload)}\n${payload}\n`;
}

/** The first `count` events of the file are delivered. */
export function formatMark(count: number): string {
  return `M ${count}\n`;
}

export interface ParsedSpool {
  readonly events: readonly SpooledEvent[];
  /** So many of them are delivered. */
  readonly delivered: number;
  /** The file ends in the middle of a record, or holds something else: what follows is not read. */
  readonly torn: boolean;
}

export function parseSpool(file: Buffer): ParsedSpool {
  const events: SpooledEvent[] = [];
  let delivered = 0;
  let at = 0;
  while (at < file.length) {
    const end = file.indexOf(lineFeed, at);
    const header = end < 0 ? [] : file.toString('utf8', at, end).split(' ');
    if (header[0] === 'M' && /^\d+$/.test(header[1] ?? '')) {
      delivered = Math.max(delivered, Number(header[1]));
      at = end + 1;
      continue;
    }
    const [kind, msg_id, subject, bytes] = header;
    const payloadEnd = end + 1 + Number(bytes);
    if (kind !== 'E' || msg_id === undefined || subject === undefined || file[payloadEnd] !== lineFeed) {
      return { events, delivered: Math.min(delivered, events.length), torn: true };
    }
    events.push({ msg_id, subject, payload: file.toString('utf8', end + 1, payloadEnd) });
    at = payloadEnd + 1;
  }
  return { events, delivered: Math.min(delivered, events.length), torn: false };
}
