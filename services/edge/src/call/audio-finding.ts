import { type MediaProfile, type MediaSide, type MediaStats, otherSide } from './media.ts';

const sides = ['caller', 'callee'] as const;

/** Which way audio went in an answered call, in plain words, and what to look for when it did not go both ways. Pure. */
export function audioFinding(stats: MediaStats, profile: MediaProfile): string {
  const mute = sides.filter((side) => stats[side].packets_received === 0);
  const [side] = mute;
  if (side === undefined) return 'Audio came from both sides.';
  if (mute.length === sides.length)
    return `No RTP came from either side. ${mute.map(remedy(stats, profile)).join(' ')}`;
  const heard = nameOf(otherSide[side], profile);
  return `No RTP came from the ${nameOf(side, profile)}, only from the ${heard}. ${remedy(stats, profile)(side)}`;
}

/** A carrier or an agent: people know their sides by these names. */
function nameOf(side: MediaSide, { network }: MediaProfile): string {
  return network[side] === 'outside' ? 'carrier' : 'agent';
}

function remedy(stats: MediaStats, profile: MediaProfile): (side: MediaSide) => string {
  return (side) => {
    const name = nameOf(side, profile);
    const { errors } = stats[side];
    const encrypted = profile.encryption[side] !== 'no';
    if (errors > 0 && encrypted) return `${errors} packets of the ${name} could not be decrypted: check its SRTP keys.`;
    if (errors > 0) return `${errors} packets for the ${name} came from an address that is not its own: check its NAT.`;
    return encrypted
      ? `Check the NAT and the firewall of the ${name}, and its SRTP.`
      : `Check the NAT and the firewall of the ${name}, and whether it sends SRTP.`;
  };
}
