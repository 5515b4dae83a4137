import type { RegisterAnswer } from '@trunkline/policy/registration-answer';
import { parseChallenges } from '@trunkline/sip/digest-challenge';
import { parseNameAddr } from '@trunkline/sip/name-addr';
import { splitList } from '@trunkline/sip/split-list';
import { parseUri } from '@trunkline/sip/uri';
import type { Answer } from './requester.ts';

/** More bindings of one address-of-record than anybody has. */
const maxContacts = 50;

/** Parses once what judging needs. What cannot be read is left out. */
export function readRegisterAnswer(answer: Answer): RegisterAnswer {
  if (answer.kind === 'none') return answer;
  const { status, reason } = answer;
  const challenge = answer.header(status === 407 ? 'proxy-authenticate' : 'www-authenticate');
  return {
    kind: 'response',
    status,
    reason,
    challenges: challenge === undefined ? [] : parseChallenges(challenge),
    min_expires: seconds(answer.header('min-expires')),
    retry_after: seconds(answer.header('retry-after')),
    expires: seconds(answer.header('expires')),
    contacts: contactsOf(answer.header('contact')),
    service_route: listOf(answer.header('service-route')),
  };
}

/** RFC 3261 §20.33: a comment or parameters may follow the number. */
function seconds(value: string | undefined): number | null {
  const digits = /^\s*(\d{1,10})/.exec(value ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

function contactsOf(value: string | undefined): Extract<RegisterAnswer, { kind: 'response' }>['contacts'] {
  return listOf(value)
    .slice(0, maxContacts)
    .flatMap((each) => {
      const parsed = parseNameAddr(each);
      if (!parsed.ok) return [];
      const uri = parseUri(parsed.value.uri);
      const user = uri.ok ? (uri.value.user ?? null) : null;
      return [{ uri: parsed.value.uri, user, expires: seconds(parsed.value.parameters.get('expires')) }];
    });
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : splitList(value);
}
