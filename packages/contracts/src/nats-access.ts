import { type BucketName, buckets, callsStream, trunksStream } from './nats-map.ts';
import { originateSubject } from './originate.ts';

/** Who connects with NATS. `operator` is a person who looks into a system, or a test. */
export const natsUsers = ['config', 'edge', 'status', 'operator'] as const;
export type NatsUser = (typeof natsUsers)[number];

const streams = { calls: callsStream, trunks: trunksStream } as const;
type Stream = keyof typeof streams;
/** How far each reader of a stream has come. */
const positions = 'positions';
type Bucket = BucketName | typeof positions;

interface Uses {
  readonly reads: readonly Bucket[];
  readonly writes: readonly Bucket[];
  readonly follows: readonly Stream[];
  readonly tells: readonly Stream[];
  readonly asks: readonly string[];
  readonly answers: readonly string[];
}

const hangup = 'call.*.hangup';

/**
 * What each service does on NATS, and so all that it may do. An edge, which speaks with the whole world, neither sees nor makes
 * tokens, and no trunk is what an edge says.
 */
const uses: Readonly<Record<Exclude<NatsUser, 'operator'>, Uses>> = {
  config: {
    reads: ['trunks', 'agents', 'tokens', 'edges', 'registrations', positions],
    writes: ['trunks', 'agents', 'tokens', positions],
    follows: ['calls'],
    tells: [],
    asks: [originateSubject, hangup],
    answers: [],
  },
  edge: {
    reads: ['trunks', 'agents', 'edges', 'registrations', 'bindings', 'usage'],
    writes: ['edges', 'registrations', 'bindings', 'usage'],
    follows: [],
    tells: ['calls', 'trunks'],
    asks: [],
    answers: [originateSubject, hangup],
  },
  status: {
    reads: ['trunks', 'agents', 'tokens', 'edges', 'registrations', positions],
    writes: [positions],
    follows: ['calls'],
    // The ends of calls whose edge died.
    tells: ['calls'],
    asks: [],
    answers: [],
  },
};

export interface NatsPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** It may reply to what it is asked. */
  readonly replies: boolean;
}

/** Where answers to a user's requests arrive: nobody else may listen there. */
export function inboxPrefix(user: string): string {
  return `_INBOX.${user}`;
}

/** Subjects by NATS' wildcards. */
export function natsPermissions(user: NatsUser): NatsPermissions {
  if (user === 'operator') return { publish: ['>'], subscribe: ['>'], replies: true };
  const { reads, writes, follows, tells, asks, answers } = uses[user];
  const streamOf = (bucket: Bucket): string => `KV_${bucket === positions ? positions : buckets[bucket]}`;
  const followed = [...reads.map(streamOf), ...follows.map((stream) => streams[stream].name)];
  const made = new Set([...followed, ...writes.map(streamOf), ...tells.map((stream) => streams[stream].name)]);
  return {
    publish: [
      '$JS.API.INFO',
      ...[...made].flatMap(making),
      ...[...new Set([...follows, ...tells])].map((stream) => `$JS.API.STREAM.UPDATE.${streams[stream].name}`),
      ...followed.flatMap(following),
      ...writes.map((bucket) => `$KV.${streamOf(bucket).slice('KV_'.length)}.>`),
      ...tells.flatMap((stream) => streams[stream].subjects),
      ...asks,
    ],
    subscribe: [`${inboxPrefix(user)}.>`, ...answers],
    replies: answers.length > 0,
  };
}

/** Whoever comes first makes a stream; nobody may delete one or purge it. */
function making(stream: string): readonly string[] {
  return ['CREATE', 'INFO'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`);
}

function following(stream: string): readonly string[] {
  return [
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    ...['INFO', 'DELETE', 'MSG.NEXT'].map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.>`),
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.ACK.${stream}.>`,
    `$JS.FC.${stream}.>`,
  ];
}
