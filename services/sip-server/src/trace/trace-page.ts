import { createHash, timingSafeEqual } from 'node:crypto';
import { type SipTrace, sipTraceSchema } from '@trunkline/contracts/sip-trace';
import type { HealthAnswer, PageRequest } from '@trunkline/runtime/health';
import type { LegLinks } from './leg-links.ts';
import type { MessageTrace, TracedMessage } from './message-trace.ts';
import { redactMessage } from './redact-message.ts';

const LONGEST_CALL_ID = 512;
/** Characters of messages in one answer. */
const MOST_CHARACTERS = 2_000_000;

/**
 * `GET /trace?call-id=…` with the token as bearer: the messages of the call whose first leg has this Call-ID, and of the legs
 * that its application named, redacted. Undefined for any other page.
 */
export function tracePage(parts: {
  readonly trace: MessageTrace;
  readonly links: LegLinks;
  /** Without one nobody may ask. */
  readonly token: string | undefined;
}): (request: PageRequest) => Promise<HealthAnswer | undefined> {
  const expected = parts.token === undefined ? undefined : digest(`Bearer ${parts.token}`);
  return async ({ path, query, authorization }) => {
    if (path !== '/trace') return undefined;
    if (expected === undefined) return answer(404, { message: 'Traces are not served here' });
    if (!timingSafeEqual(digest(authorization ?? ''), expected)) return answer(401, { message: 'The token is wrong' });
    const call_id = query.get('call-id') ?? '';
    if (call_id === '' || call_id.length > LONGEST_CALL_ID) return answer(400, { message: 'call-id is missing' });
    const legs = parts.links.of(call_id);
    const found = await parts.trace.find(new Set([call_id, ...legs]));
    return answer(200, sipTraceSchema.parse(shown(found, new Set(legs))));
  };
}

function shown(found: readonly TracedMessage[], callees: ReadonlySet<string>): SipTrace {
  let characters = 0;
  const messages: SipTrace['messages'] = [];
  for (const { at, direction, transport, local, remote, bytes, call_id } of found) {
    const text = redactMessage(bytes);
    characters += text.length;
    if (characters > MOST_CHARACTERS) break;
    messages.push({
      at,
      direction,
      transport,
      local,
      remote,
      leg: callees.has(call_id) ? 'callee' : 'caller',
      text,
    });
  }
  return { messages };
}

const answer = (status: number, body: object): HealthAnswer => ({
  status,
  content_type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
