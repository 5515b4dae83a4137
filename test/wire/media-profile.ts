import type { MediaProfile } from '@trunkline/edge/call/media';

/** Plain RTP on both sides of an inbound call, and what a test wants otherwise. */
export function mediaProfile(more: Partial<MediaProfile> = {}): MediaProfile {
  return {
    network: { caller: 'outside', callee: 'inside' },
    encryption: { caller: 'no', callee: 'no' },
    codecs: { caller: ['PCMU', 'PCMA'], callee: ['PCMU', 'PCMA'] },
    address: { caller: null, callee: null },
    symmetric: { caller: true, callee: true },
    recorded: false,
    ...more,
  };
}
