import type { Registering, Trunk } from '@trunkline/contracts/trunk';
import type { Kysely } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { StoredTrunk } from '../store.ts';
import type { Tables } from './tables.ts';
import { readUncolumned } from './uncolumned-trunk.ts';

/** Whole trunks in one statement, so that none is seen half changed. Callers add `where` and `order by`. */
export function selectTrunks(db: Kysely<Tables>) {
  return db
    .selectFrom('trunks')
    .selectAll('trunks')
    .select((from) => [
      jsonArrayFrom(
        from
          .selectFrom('gateways')
          .select(['gateways.id', 'host', 'port', 'priority', 'weight', 'gateways.created_at', 'srv'])
          .whereRef('gateways.trunk_id', '=', 'trunks.id')
          .orderBy('position'),
      ).as('gateways'),
      jsonArrayFrom(
        from.selectFrom('acl').select('cidr').whereRef('acl.trunk_id', '=', 'trunks.id').orderBy('position'),
      ).as('acl'),
      jsonArrayFrom(
        from
          .selectFrom('numbers')
          .select([
            'numbers.id',
            'number',
            'numbers.name',
            'e164_check_enabled',
            'agent_id as agent',
            'numbers.created_at',
            'numbers.updated_at',
          ])
          .whereRef('numbers.trunk_id', '=', 'trunks.id')
          .where('deleted_at', 'is', null)
          .orderBy('seq'),
      ).as('numbers'),
    ]);
}

type TrunkRow = Awaited<ReturnType<ReturnType<typeof selectTrunks>['execute']>>[number];

/** Pure: the rows of one trunk as the trunk. Keys stand in the order of the contract, whatever the database does. */
export function storedTrunk(row: TrunkRow): StoredTrunk {
  const { media, number_format, limits } = row;
  const trunk: Trunk = {
    id: row.id,
    account: row.account_id,
    name: row.name,
    provider: row.provider,
    description: row.description,
    direction: row.direction,
    auth: authOf(row),
    registration: row.registration,
    gateways: row.gateways.map(({ id, host, port, priority, weight, created_at, srv }) => ({
      id,
      host,
      port,
      priority,
      weight,
      created_at,
      ...(srv === null ? {} : { srv }),
    })),
    acl: row.acl.map(({ cidr }) => cidr),
    transport: row.transport,
    media: {
      codecs: media.codecs,
      encryption: media.encryption,
      symmetric_rtp: media.symmetric_rtp,
      direct_media: media.direct_media,
      ice: media.ice,
      ...(media.recording === undefined ? {} : { recording: media.recording }),
    },
    force_rport: row.force_rport,
    number_format: { style: number_format.style, country: number_format.country },
    qualify: { interval_s: row.qualify_interval_s },
    limits: { channels: limits.channels, calls_per_second: limits.calls_per_second },
    numbers: row.numbers.map(({ id, number, name, e164_check_enabled, agent, created_at, updated_at }) => ({
      id,
      number,
      name,
      e164_check_enabled,
      agent,
      created_at,
      updated_at,
    })),
    is_active: row.is_active,
    expires_at: row.expires_at,
    created_at: row.created_at,
    updated_at: row.updated_at,
    ...(row.registering === null ? {} : { registering: registeringOf(row.registering) }),
    ...(row.fixed_address === null ? {} : { fixed_address: row.fixed_address }),
    ...readUncolumned(row.settings),
  };
  return { trunk, as_given: row.as_given, short_id: row.short_id, version: row.version };
}

function registeringOf({ expires_s, retry_s, contact_user }: Registering): Registering {
  return { expires_s, retry_s, contact_user };
}

function authOf(row: TrunkRow): Trunk['auth'] {
  if (row.auth_kind === 'ip' || row.auth_username === null || row.auth_password === null) return { kind: 'ip' };
  return { kind: 'userpass', username: row.auth_username, password: row.auth_password };
}
