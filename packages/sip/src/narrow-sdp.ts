export interface Narrowing {
  /** Payload types of the audio stream to keep, most wanted first. */
  readonly payload_types: readonly number[];
  /** Without SDES keys and DTLS fingerprints (RFC 4568, RFC 5763). */
  readonly without_keys: boolean;
}

/**
 * The same description with less in its audio stream, the first that is not refused. Other streams are refused (port 0,
 * RFC 3264 §8.2), so that both sides speak of one. The body must be one that {@link parseSdp} reads.
 */
export function narrowSdp(body: string, { payload_types, without_keys }: Narrowing): string {
  const kept = new Set(payload_types);
  let section: 'session' | 'audio' | 'refused' = 'session';
  let found = false;
  const lines = body.split(/\r?\n/).flatMap((line) => {
    if (/^m=/.test(line)) {
      const isAudio = !found && /^m=audio [1-9]/i.test(line);
      section = isAudio ? 'audio' : 'refused';
      found ||= isAudio;
      return [isAudio ? withFormats(line, payload_types) : line.replace(/^m=(\S+) \S+/, 'm=$1 0')];
    }
    if (without_keys && /^a=(?:crypto|fingerprint|setup|tls-id):/.test(line)) return [];
    if (section === 'refused') return /^(?:a|b|i|k)=/.test(line) ? [] : [line];
    const about = section === 'audio' ? /^a=(?:rtpmap|fmtp|rtcp-fb):(\d{1,3})\b/.exec(line)?.[1] : undefined;
    return about !== undefined && !kept.has(Number(about)) ? [] : [line];
  });
  return lines.join('\r\n');
}

/** RFC 8866 §5.14: the formats are what follows the protocol. */
function withFormats(line: string, payload_types: readonly number[]): string {
  return [...line.trim().split(/\s+/).slice(0, 3), ...payload_types].join(' ');
}
