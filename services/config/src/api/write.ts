import { createHash } from 'node:crypto';
import type { Change } from '@trunkline/runtime/bus';
import { sealContext } from '@trunkline/runtime/seal';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Expectation, isDone } from '../follow/await-applied.ts';
import type { FollowedBucket } from '../follow/follow-policy.ts';
import type { Result } from '../result.ts';
import { answersKept_ms } from '../store/limits.ts';
import type { Author, Writes } from '../store/store.ts';
import type { ApiParts } from './api-parts.ts';
import { type Problem, problem, Refusal } from './refusal.ts';
import { accessOf } from './require-access.ts';
import { etagOf } from './versions.ts';

/** Query of every change. */
export const waitFields = {
  wait: z.enum(['applied'], { error: "must be 'applied'" }).optional(),
};
export const waitQuery = z.object(waitFields);

const appliedSchema = z.object({
  /** Revision on NATS; null when it could not be published yet. */
  generation: z.number().nullable(),
  edges: z.array(z.string()),
  waiting_for: z.array(z.string()),
});

/** The answers of a change: done, or done and not on every edge yet. */
export function changeAnswers<Status extends number, Body extends z.ZodObject>(status: Status, body: Body) {
  return { [status]: body, 202: body.extend({ applied: appliedSchema }) } as {
    [Key in Status]: Body;
  } & { 202: z.ZodObject };
}

/** What a change answers to. */
interface Answerer {
  code(status: number): Answerer;
  header(name: string, value: string | number): unknown;
  send(payload?: unknown): unknown;
}

export interface Work<Written, Fault> {
  readonly status: number;
  run(writes: Writes, author: Author): Promise<Result<Written, Fault>>;
  /** Words for why it was not done. A conflict with itself, `done-already`, never comes here. */
  refuse(fault: Fault): Problem;
  answer(written: Written): object | undefined;
  version?(written: Written): number;
  /** The published document that shows that the change is applied. */
  readonly document?: {
    readonly bucket: FollowedBucket;
    readonly key: string;
    readonly isIt: (change: Change, written: Written) => boolean;
  };
}

interface Kept {
  readonly status: number;
  readonly body: object | undefined;
  readonly etag: string | undefined;
}

/**
 * Makes one change for a request and answers it: once for an Idempotency-Key, with an entry in the audit log, published at once,
 * and answered when every edge has it if the client asks for that.
 */
export async function write<Written, Fault>(
  request: FastifyRequest,
  reply: Answerer,
  parts: ApiParts,
  work: Work<Written, Fault>,
): Promise<void> {
  const keep = (written: unknown): Kept => {
    const version = work.version?.(written as Written);
    const etag = version === undefined ? undefined : etagOf(version);
    return { status: work.status, body: work.answer(written as Written), etag };
  };
  const once = readKey(request);
  const before = once && (await answeredBefore(request, parts, once));
  if (before !== undefined) return send(reply.code(before.status), before, { 'idempotent-replayed': 'true' });

  const author = authorOf(request, parts, once, keep);
  const expectation = expectationOf(request, parts, work);
  const result = await work.run(parts.store.by(author), author).catch((error: unknown) => {
    expectation?.drop();
    throw error;
  });
  if (!result.ok) {
    expectation?.drop();
    const repeated = once && isDoneAlready(result.fault) ? await answeredBefore(request, parts, once) : undefined;
    if (repeated === undefined) throw new Refusal(work.refuse(result.fault));
    return send(reply.code(repeated.status), repeated, { 'idempotent-replayed': 'true' });
  }
  parts.committed();
  await answer(reply, keep(result.value), work, result.value, expectation);
}

async function answer<Written, Fault>(
  reply: Answerer,
  kept: Kept,
  work: Work<Written, Fault>,
  written: Written,
  expectation: Expectation | undefined,
): Promise<void> {
  const { document } = work;
  if (expectation === undefined || document === undefined) return send(reply.code(kept.status), kept, {});
  const applied = await expectation.applied((change) => document.isIt(change, written));
  const headers = applied.generation === null ? {} : { 'trunkline-generation': String(applied.generation) };
  if (isDone(applied)) return send(reply.code(kept.status), kept, headers);
  send(reply.code(202), { ...kept, body: { ...kept.body, applied } }, headers);
}

function send(reply: Answerer, { body, etag }: Kept, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  if (etag !== undefined) reply.header('etag', etag);
  reply.send(body);
}

function expectationOf<Written, Fault>(
  request: FastifyRequest,
  parts: ApiParts,
  { document }: Work<Written, Fault>,
): Expectation | undefined {
  const { wait } = request.query as { readonly wait?: string };
  return wait === undefined || document === undefined ? undefined : parts.expect(document.bucket, document.key);
}

function isDoneAlready(fault: unknown): boolean {
  return typeof fault === 'object' && fault !== null && 'kind' in fault && fault.kind === 'done-already';
}

interface Key {
  readonly key: string;
  /** Of the request that the key stands for. */
  readonly fingerprint: string;
}

function readKey(request: FastifyRequest): Key | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.method !== 'POST') return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new Refusal(problem(400, 'Idempotency-Key must be 1 to 255 visible ASCII characters', 'Idempotency-Key'));
  }
  const [path] = request.url.split('?', 1);
  const text = JSON.stringify([request.method, path, request.body ?? null]);
  return { key, fingerprint: createHash('sha256').update(text).digest('hex') };
}

/** Undefined when the key has not been used. Whoever uses it for another request is told so. */
async function answeredBefore(request: FastifyRequest, parts: ApiParts, once: Key): Promise<Kept | undefined> {
  const { account } = accessOf(request);
  const since = (parts.clock.now() - answersKept_ms) as Author['at'];
  const found = await parts.store.answered(account, once.key, since);
  if (found === undefined) return undefined;
  if (found.fingerprint !== once.fingerprint) {
    throw new Refusal(
      problem(422, 'Idempotency-Key was used for another request: choose a new one', 'Idempotency-Key'),
    );
  }
  const text = parts.open(found.answer, sealContext(account, `once/${once.key}`));
  if (text === undefined) {
    throw new Refusal(problem(409, 'The request was done before, and its answer cannot be read any more'));
  }
  return JSON.parse(text) as Kept;
}

function authorOf(
  request: FastifyRequest,
  { clock, ids, seal }: ApiParts,
  once: Key | undefined,
  keep: (written: unknown) => Kept,
): Author {
  const { account, token } = accessOf(request);
  // An answer may hold a new token, so it is kept sealed.
  const sealed = (key: string) => (written: unknown) =>
    seal(JSON.stringify(keep(written)), sealContext(account, `once/${key}`));
  return {
    account,
    token,
    request: request.id,
    at: clock.now(),
    entry: ids.ulid(),
    ...(once === undefined ? {} : { once: { ...once, answer: sealed(once.key) } }),
  };
}
