/** One message of a torture RFC with what is expected of it; the table is the test and the source of docs/torture.md. */
export interface TortureCase {
  /** The name that the RFC gives to the message; its text is under `messages/`. */
  readonly name: string;
  readonly section: string;
  readonly about: string;
  /** What the RFC asks of a receiver. */
  readonly rfc: string;
  /** What we do where the RFC leaves a choice, or why it comes out so. */
  readonly why: string;
  /** `ok`, or the response that the fault deserves and the fault. */
  readonly parser: string;
  /** What the framer makes of it on a stream: messages, or `broken` when the connection is to be closed. */
  readonly stream: readonly string[];
  /** Status codes that come back over UDP, in order, retransmissions left out; none: it is dropped. */
  readonly answers: readonly number[];
  /** Whether an application is given it. */
  readonly delivered: boolean;
  /** What has to be read out of it. */
  readonly reads?: Readonly<Record<string, string | number>>;
}

type Told = Omit<TortureCase, 'name' | 'section' | 'about' | 'stream'> & { readonly stream?: readonly string[] };

/** On a stream most are one message. */
export const tortureCase = (name: string, section: string, about: string, told: Told): TortureCase => ({
  stream: ['message'],
  ...told,
  name,
  section,
  about,
});
