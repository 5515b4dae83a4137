import { expect, it } from 'vitest';
import { audioFinding } from './audio-finding.ts';
import type { MediaProfile } from './media.ts';

const inbound: MediaProfile = {
  network: { caller: 'outside', callee: 'inside' },
  encryption: { caller: 'no', callee: 'no' },
  codecs: { caller: ['PCMU'], callee: ['PCMU'] },
  address: { caller: null, callee: null },
  symmetric: { caller: true, callee: true },
  recorded: false,
};
const outbound: MediaProfile = {
  ...inbound,
  network: { caller: 'inside', callee: 'outside' },
  encryption: { caller: 'no', callee: 'sdes' },
};
const heard = (packets_received: number, errors = 0) => ({ packets_received, octets_received: 0, errors });

it.each([
  [inbound, heard(50), heard(50), 'Audio came from both sides.'],
  [
    inbound,
    heard(0),
    heard(50),
    'No RTP came from the carrier, only from the agent. Check the NAT and the firewall of the carrier, and whether it sends SRTP.',
  ],
  [
    inbound,
    heard(50),
    heard(0),
    'No RTP came from the agent, only from the carrier. Check the NAT and the firewall of the agent, and whether it sends SRTP.',
  ],
  [
    inbound,
    heard(0, 70),
    heard(50),
    'No RTP came from the carrier, only from the agent. 70 packets for the carrier came from an address that is not its own: check its NAT.',
  ],
  [
    outbound,
    heard(50),
    heard(0, 9),
    'No RTP came from the carrier, only from the agent. 9 packets of the carrier could not be decrypted: check its SRTP keys.',
  ],
  [
    outbound,
    heard(0),
    heard(0),
    'No RTP came from either side. Check the NAT and the firewall of the agent, and whether it sends SRTP. Check the NAT and the firewall of the carrier, and its SRTP.',
  ],
])('says it in plain words: %#', (profile, caller, callee, sentence) => {
  expect(audioFinding({ caller, callee }, profile)).toBe(sentence);
});
