/** Who is who in the demonstration. The numbers are of the range that is kept for fiction (555-0100 to 555-0199). */
export const cast = {
  trunkName: 'Demo carrier',
  agentName: 'Demo agent',
  /** Ours: calls to it go to the agent, and it is the caller's number of the agent's calls. */
  did: '+12025550123',
  /** Somebody on the telephone network. */
  outsider: '+12025550188',
  carrier: { address: '127.0.0.11', username: 'demo-trunk', realm: 'carrier.demo', tone_hz: 440 },
  agent: { address: '127.0.0.12', username: 'demo-agent', tone_hz: 1_000 },
} as const;

/** Peak of the tones, in 16-bit steps. */
export const amplitude = 8_000;
