import type { EdgeHeartbeat } from '@trunkline/contracts/edge-heartbeat';
import { registrationStatus, type TrunkState } from '@trunkline/contracts/events/trunk-state';
import type { Instant } from '@trunkline/contracts/time';
import type { Trunk } from '@trunkline/contracts/trunk';
import { hostPort } from '@trunkline/policy/target-uri';
import { z } from 'zod';
import { iso } from '../iso.ts';

const checkSchema = z.object({
  check: z.enum(['active', 'edges', 'registration', 'gateway']),
  /** `host:port` of the gateway; null for the others. */
  gateway: z.string().nullable(),
  /** Null: not known, and the detail says why not. */
  ok: z.boolean().nullable(),
  detail: z.string(),
});
export type Check = z.infer<typeof checkSchema>;
export const diagnosisFields = {
  success: z.boolean().meta({ description: 'Something is known of the trunk, and nothing of it is wrong' }),
  message: z.string(),
  checks: z.array(checkSchema),
};
export type Diagnosis = z.infer<z.ZodObject<typeof diagnosisFields>>;

export interface Known {
  readonly trunk: Trunk;
  /** What its edge told last. */
  readonly state: TrunkState | undefined;
  readonly edges: readonly EdgeHeartbeat[];
  readonly now: Instant;
}

/**
 * Pure: what is known of a trunk without calling anybody. The edges register and probe by themselves; a name that does not resolve, a
 * certificate that is refused or a port that is shut is in their words of the gateway.
 */
export function diagnose(known: Known): Diagnosis {
  const checks = [
    checkActive(known),
    checkEdges(known),
    checkRegistration(known),
    ...known.trunk.gateways.map((gateway) => checkGateway(gateway, known)),
  ];
  const wrong = checks.find(({ ok }) => ok === false);
  const heard = checks.some(({ check, ok }) => ok === true && (check === 'registration' || check === 'gateway'));
  const message = wrong?.detail ?? (heard ? 'The trunk works as far as the edges can tell' : unheard(known.trunk));
  return { success: wrong === undefined && heard, message, checks };
}

function unheard({ registration, qualify }: Trunk): string {
  if (registration === 'we-register' || qualify.interval_s > 0) {
    return 'No edge has heard of the carrier yet: try again in some seconds';
  }
  return 'Nothing is known: the trunk neither registers nor sends OPTIONS, so only a call can tell';
}

const plain = (check: Check['check'], ok: Check['ok'], detail: string): Check => ({ check, gateway: null, ok, detail });

function checkActive({ trunk: { is_active, expires_at }, now }: Known): Check {
  if (!is_active) return plain('active', false, 'The trunk is not active: activate it first');
  if (expires_at !== null && expires_at <= now)
    return plain('active', false, `The trunk expired at ${iso(expires_at)}`);
  return plain('active', true, 'The trunk is active');
}

function checkEdges({ edges, state }: Known): Check {
  const names = edges.map(({ edge }) => edge);
  if (names.length === 0) return plain('edges', false, 'No edge is there: no call can be taken or made');
  const owner = state?.edge ?? null;
  if (owner === null) return plain('edges', true, `There: ${names.join(', ')}`);
  return names.includes(owner)
    ? plain('edges', true, `There: ${names.join(', ')}; ${owner} registers and probes for the trunk`)
    : plain('edges', null, `${owner} registered and probed for the trunk and is gone; another one takes over`);
}

function checkRegistration({ trunk, state, now }: Known): Check {
  const say = (ok: Check['ok'], detail: string) => plain('registration', ok, detail);
  if (trunk.registration === 'none') return say(null, 'Nobody registers for this trunk');
  if (trunk.registration === 'they-register')
    return say(null, 'The carrier registers with us: its calls tell whether it has');
  const registration = state?.registration ?? null;
  if (registration === null) return say(null, 'No answer to a registration has been heard yet');
  const last = registration.last_success_at;
  const before = last === null ? 'it was never registered' : `it was last registered at ${iso(last)}`;
  switch (registration.state) {
    case 'registered':
      return registrationStatus(registration, now) === 'registered'
        ? say(true, `Registered at ${registration.registrar} until ${iso(registration.expires_at)}`)
        : say(
            false,
            `The registration at ${registration.registrar} ran out at ${iso(registration.expires_at)} unrenewed`,
          );
    case 'unregistered':
      return say(false, `Not registered (${registration.reason}); ${before}`);
    case 'failed': {
      const { status, reason, cause, failures, retry_at } = registration;
      const answer = [status, reason].filter((part) => part !== null && part !== '').join(' ');
      const times = failures === 1 ? 'once' : `${failures} times in a row`;
      return say(
        false,
        `The carrier has not accepted our registration: ${answer === '' ? cause : `${answer} (${cause})`}, ${times}; ${before}; tried again at ${iso(retry_at)}`,
      );
    }
  }
}

function checkGateway(gateway: Trunk['gateways'][number], { trunk, state }: Known): Check {
  const name = hostPort(gateway);
  const told = state?.gateways.find((one) => one.gateway === gateway.id);
  const say = (ok: Check['ok'], detail: string): Check => ({ check: 'gateway', gateway: name, ok, detail });
  if (told === undefined) {
    const off = trunk.qualify.interval_s === 0;
    return say(null, off ? `${name} is not asked: OPTIONS are off` : `${name} has not been heard of yet`);
  }
  const words = told.reason === '' ? '' : `: ${told.reason}`;
  return told.reachable
    ? say(true, `${name} answers since ${iso(told.since)}${words}`)
    : say(false, `${name} does not answer since ${iso(told.since)}${words}`);
}
