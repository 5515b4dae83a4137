import type { Role } from '@trunkline/contracts/access';
import type { AccountId } from '@trunkline/contracts/ids';
import { createLogger } from '@trunkline/runtime/logger';
import { createMetrics } from '@trunkline/runtime/metrics';
import { createSealer, type Sealer } from '@trunkline/runtime/seal';
import { secretHash } from '@trunkline/runtime/secret-hash';
import { countingIds } from '@trunkline/testkit/counting-ids';
import { createFakeClock, type FakeClock } from '@trunkline/testkit/fake-clock';
import { createMemoryBus, type MemoryBus } from '@trunkline/testkit/memory-bus';
import { type Config, createConfig } from '../config.ts';
import { sampleAuthor, sampleToken } from '../store/contract/sample.ts';
import { createMemoryStore, type MemoryStore } from '../store/memory/memory-store.ts';
import type { TrunkAnswer } from './bolna/trunk-answer.ts';
import type { ErrorBody } from './error-body.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: AnswerBody;
  /** The body where it is a list. */
  readonly list: readonly AnswerBody[];
}

/** The fields of all bodies that tests read; those of another body are undefined. */
export interface AnswerBody extends TrunkAnswer, ErrorBody {
  readonly details: NonNullable<ErrorBody['details']>;
  readonly phone_number: string;
  readonly agent_id: string | null;
  readonly url: string | null;
  readonly auth: { readonly username: string } | null;
  readonly uri: string;
  readonly token: string;
  readonly role: string;
  readonly expires_at: string | null;
}

/** The whole service on fakes: what it answers, stores, publishes and logs. */
export interface ApiUnderTest {
  readonly config: Config;
  readonly store: MemoryStore;
  readonly bus: MemoryBus;
  readonly clock: FakeClock;
  readonly sealer: Sealer;
  readonly logged: readonly string[];
  /** Calls with the token of an owner of account "default" unless told otherwise; null sends none. */
  call(method: string, path: string, body?: unknown, token?: string | null): Promise<Answer>;
  /** A token of another role, or of another account, which is made when its name is new. */
  token(role: Role, account?: string): Promise<string>;
  close(): Promise<void>;
}

/** Beyond what any test asks. */
const requestsPerS = 100_000;

export const ownerToken = 'tl_owner_of_default_0123456789';

export async function openApi({ rate_per_s = requestsPerS } = {}): Promise<ApiUnderTest> {
  const store = createMemoryStore();
  const bus = createMemoryBus();
  const clock = createFakeClock();
  const ids = countingIds(1_000_000);
  const sealer = createSealer([new Uint8Array(32).fill(7)]);
  const logged: string[] = [];
  const logger = createLogger({
    name: 'config',
    level: 'debug',
    destination: { write: (line) => void logged.push(line) },
  });
  const metrics = createMetrics({ service: 'config', process: false });
  const config = createConfig({
    store,
    bus,
    sealer,
    rate_per_s,
    clock,
    ids,
    logger,
    metrics,
    bootstrap_token: ownerToken,
    reconcile_interval_ms: 60_000,
    failed: (error) => {
      throw error;
    },
  });
  await clock.settle();
  let tokens = 0;

  return {
    config,
    store,
    bus,
    clock,
    sealer,
    logged,
    async call(method, path, given, token = ownerToken) {
      const response = await config.server.inject({
        method: method as 'GET',
        url: path,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(given === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(given === undefined ? {} : { payload: typeof given === 'string' ? given : JSON.stringify(given) }),
      });
      const { statusCode: status, headers, body: text } = response;
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      return { status, headers, text, body: body as AnswerBody, list: Array.isArray(body) ? body : [] };
    },
    async token(role, account = 'default') {
      tokens += 1;
      const token = `tl_${role}_${account}_${tokens}`;
      const [operator] = await store.accounts();
      const present = (await store.accounts()).find(({ name }) => name === account);
      const id = present?.id ?? (ids.ulid() as AccountId);
      const stored = sampleToken(id, { role, name: token, hash: secretHash(token) });
      const writes = store.by(sampleAuthor(operator?.id ?? id, { entry: ids.ulid() }));
      if (present !== undefined) await store.by(sampleAuthor(id, { entry: ids.ulid() })).createToken(stored);
      else await writes.createAccount({ id, name: account, operator: false, created_at: clock.now() }, stored);
      return token;
    },
    close: () => config.stop(),
  };
}
