import type { AccountId, TrunkId } from '@trunkline/contracts/ids';
import type { Instant } from '@trunkline/contracts/time';
import type { TrunkDraft } from '../../store/store.ts';

/** The trunk that a new one is made from: what this dialect never says has its final value here. */
export function blankTrunk(id: TrunkId, account: AccountId, now: Instant): TrunkDraft {
  return {
    trunk: {
      id,
      account,
      name: '',
      provider: '',
      description: null,
      direction: 'outbound',
      auth: { kind: 'ip' },
      registration: 'none',
      gateways: [],
      acl: [],
      transport: 'udp',
      media: { codecs: [], encryption: 'no', symmetric_rtp: true, direct_media: false, ice: false },
      force_rport: true,
      number_format: { style: '+e164', country: null },
      qualify: { interval_s: 60 },
      limits: { channels: null, calls_per_second: null },
      numbers: [],
      is_active: true,
      expires_at: null,
      created_at: now,
      updated_at: now,
    },
    as_given: {},
  };
}
