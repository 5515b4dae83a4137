import { isE164 } from '@trunkline/policy/e164';
import { readSources } from '../read-sources.ts';
import { type Problem, problem } from '../refusal.ts';
import type { TrunkSettings } from './trunk-body.ts';

const noneAllowed = 'At least one allowed IP address is required when authorization type is "ip".';

/** What is wrong with a trunk as a whole. On an update the merged trunk is judged, and `was` is the present one. */
export function judge(
  settings: TrunkSettings,
  has_password: boolean,
  was: TrunkSettings | undefined,
): readonly Problem[] {
  // Another dialect may have written the number without its +: it is judged when it is said here.
  const kept = was?.phone_number === settings.phone_number && was.sip_trunk_type === settings.sip_trunk_type;
  return [...(kept ? [] : judgeNumber(settings)), ...judgeSources(settings), ...judgeAccess(settings, has_password)];
}

function judgeNumber({ sip_trunk_type, phone_number }: TrunkSettings): readonly Problem[] {
  if (phone_number === null || sip_trunk_type === 'extension' || isE164(phone_number)) return [];
  return [problem(422, 'Phone number must be in E.164 format, such as +14155551234.', 'phone_number')];
}

function judgeSources({ inbound_authorization_type, allowed_inbound_ips }: TrunkSettings): readonly Problem[] {
  if (inbound_authorization_type === 'auth') return [];
  const { cidrs, problems } = readSources(allowed_inbound_ips.map((ip_address) => ({ ip_address })));
  if (cidrs.length === 0) return [problem(422, noneAllowed, 'allowed_inbound_ips')];
  return problems.map(({ details }) => {
    const index = /\[(\d+)\]/.exec(details[0]?.path ?? '')?.[1] ?? '0';
    const path = `allowed_inbound_ips[${index}]`;
    return problem(422, `${path} must be an IP address, or a network that is not too wide.`, path);
  });
}

function judgeAccess(settings: TrunkSettings, has_password: boolean): readonly Problem[] {
  const { sip_username, inbound_authorization_type, sip_trunk_type } = settings;
  const needed = inbound_authorization_type === 'auth' || sip_trunk_type === 'extension';
  if (!needed || (sip_username !== null && has_password)) return [];
  const [field, text] = sip_username === null ? ['sip_username', 'SIP username'] : ['sip_password', 'SIP password'];
  return [problem(422, `${text} is required.`, field)];
}
