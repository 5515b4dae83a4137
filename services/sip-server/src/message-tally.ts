/** Messages that came in, by method or status code and by transport, until somebody asks. */
export class MessageTally {
  #counts = new Map<string, Map<string, number>>();

  count(message: string, transport: string): void {
    const label = boundedLabel(message);
    let counts = this.#counts.get(transport);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(transport, counts);
    }
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }

  /** Since the last time. */
  take(told: (count: number, message: string, transport: string) => void): void {
    const all = this.#counts;
    this.#counts = new Map();
    for (const [transport, counts] of all) for (const [message, count] of counts) told(count, message, transport);
  }
}

const METHODS: ReadonlySet<string> = new Set([
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'REGISTER',
  'INFO',
  'MESSAGE',
  'NOTIFY',
  'PRACK',
  'PUBLISH',
  'REFER',
  'SUBSCRIBE',
  'UPDATE',
  'malformed',
]);

/** A sender must not be able to make label values. Status codes are 600 at most. */
const boundedLabel = (message: string): string => (METHODS.has(message) || isStatus(message) ? message : 'other');

const isStatus = (text: string): boolean =>
  text.length === 3 && isDigit(text, 0) && isDigit(text, 1) && isDigit(text, 2);

const isDigit = (text: string, at: number): boolean => text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57;
