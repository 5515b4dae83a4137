import { readSources } from '../read-sources.ts';
import { type Problem, problem } from '../refusal.ts';
import { readCodecs } from './codecs.ts';
import type { TrunkSettings } from './trunk-body.ts';

type Judge = (settings: TrunkSettings, has_password: boolean) => readonly Problem[];

/** Conditions on the whole trunk, in the order in which they are told. On an update the merged trunk is judged. */
const judges: readonly Judge[] = [
  (settings, has_password) => {
    const missing = settings.auth_username === null ? 'auth_username' : has_password ? undefined : 'auth_password';
    if (settings.auth_type !== 'userpass' || missing === undefined) return [];
    return [problem(400, 'auth_username and auth_password are required for userpass auth', missing)];
  },
  ({ auth_type, ip_identifiers }) =>
    auth_type === 'ip-based' && ip_identifiers.length === 0
      ? [problem(400, 'ip_identifiers are required for ip-based auth', 'ip_identifiers')]
      : [],
  ({ ip_identifiers }) => readSources(ip_identifiers).problems,
  ({ gateways }) => {
    const seen = new Map<string, number>();
    return gateways.flatMap(({ gateway_address, port }, index) => {
      const place = `${gateway_address.toLowerCase()} ${port}`;
      const first = seen.get(place);
      if (first === undefined) seen.set(place, index);
      if (first === undefined) return [];
      return [
        problem(400, `gateways[${index}] repeats gateways[${first}]: give each gateway once`, `gateways[${index}]`),
      ];
    });
  },
  ({ allow, disallow }) =>
    readCodecs(allow, disallow).length > 0
      ? []
      : [
          problem(
            400,
            'allow must name at least one codec that Trunkline speaks and disallow leaves: ulaw or alaw',
            'allow',
          ),
        ],
  ({ media_encryption, transport }) =>
    media_encryption === 'sdes' && transport !== 'transport-tls'
      ? [problem(422, "media_encryption='sdes' requires transport='transport-tls'", 'media_encryption')]
      : [],
];

/** What is wrong with a trunk as a whole; 400 before 422. */
export const judge: Judge = (settings, has_password) => judges.flatMap((one) => one(settings, has_password));
