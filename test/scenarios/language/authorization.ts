import { parseChallenges } from '@trunkline/sip/digest-challenge';
import { formatCredentials } from '@trunkline/sip/digest-credentials';
import { answerChallenge } from '@trunkline/sip/digest-response';
import type { Credentials } from './configuration.ts';
import type { PlacedCall } from './placed-call.ts';

/** The Authorization header of the INVITE that answers the 401 which this one got. */
export function authorizationFor(challenged: PlacedCall, number: string, credentials: Credentials): string {
  const answer = answerChallenge(parseChallenges(challenged.www_authenticate), {
    ...credentials,
    method: 'INVITE',
    uri: `sip:${number}@192.0.2.1`,
    cnonce: '0123456789abcdef',
    count: 1,
  });
  if (answer === undefined) throw new Error('The challenge cannot be answered');
  return formatCredentials(answer);
}
