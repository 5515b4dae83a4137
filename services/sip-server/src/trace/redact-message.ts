/** Bodies that are shown; what others say (digits that were dialled, texts) is nobody's business. */
const SHOWN_BODIES = /^(?:application\/sdp|message\/sipfrag)\b/i;
/** Header fields whose parameters prove a password, RFC 3261 §22, RFC 7616 §3.5. */
const CREDENTIALS = /^(authorization|proxy-authorization|authentication-info|proxy-authentication-info)[ \t]*:/i;
const PROOFS = /\b(response|rspauth|cnonce)[ \t]*=[ \t]*(?:"[^"]*"?|[^,\s]*)/gi;
/** Header fields that carry a token or a sealed identity whole. */
const BEARERS = /^(authorization|proxy-authorization)([ \t]*:[ \t]*)(?!digest\b)(\S+).*$/i;
const HIDDEN = '***';

/**
 * A SIP message as people may see it: what proves a password and what encrypts audio is taken out. Pure. Names, addresses and
 * numbers stay: who may see a call may see those.
 */
export function redactMessage(bytes: Buffer): string {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  const body = end < 0 ? '' : bytes.toString('utf8', end + 4);
  const shown = redactHead(head);
  if (end < 0) return shown;
  return `${shown}\r\n\r\n${redactBody(contentType(head), body)}`;
}

/** Folded lines belong to the field above them (RFC 3261 §7.3.1). */
function redactHead(head: string): string {
  return head
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => {
      if (!CREDENTIALS.test(line)) return line;
      return line.replace(BEARERS, `$1$2$3 ${HIDDEN}`).replace(PROOFS, `$1="${HIDDEN}"`);
    })
    .join('\r\n');
}

function contentType(head: string): string {
  return /^(?:content-type|c)[ \t]*:[ \t]*([^\r\n]*)/im.exec(head)?.[1] ?? '';
}

function redactBody(type: string, body: string): string {
  if (body === '') return '';
  const isSdp = type === '' && body.startsWith('v=0');
  if (!isSdp && !SHOWN_BODIES.test(type)) return `(${Buffer.byteLength(body)} bytes of ${type || 'no type'})\r\n`;
  return body.split(/\r?\n/).map(redactLine).join('\r\n');
}

/** RFC 4568 (SDES), RFC 8866 §5.12 (k=), RFC 4567 (MIKEY), RFC 8839 §5.4 (ICE). */
function redactLine(line: string): string {
  return line
    .replace(/^(a=crypto:.*?\binline:).*$/i, `$1${HIDDEN}`)
    .replace(/^k=.*$/i, `k=${HIDDEN}`)
    .replace(/^(a=key-mgmt:\S*).*$/i, `$1 ${HIDDEN}`)
    .replace(/^(a=ice-pwd:).*$/i, `$1${HIDDEN}`);
}
