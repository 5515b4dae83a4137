import { quote } from './digest-params.ts';
import { parseParameters } from './parameters.ts';
import { splitList } from './split-list.ts';
import { isToken } from './token.ts';

/** One value of a Reason header (RFC 3326 §2): why a request or a response was sent. */
export interface Reason {
  /** `SIP` or `Q.850`, or another protocol as written. */
  readonly protocol: string;
  /** A SIP status or a Q.850 value; null when the header has none. */
  readonly cause: number | null;
  readonly text: string | null;
}

/** The values of a Reason header, in order, without those that are malformed. */
export function parseReason(header: string): Reason[] {
  const reasons: Reason[] = [];
  for (const element of splitList(header)) {
    const semicolon = element.indexOf(';');
    const protocol = (semicolon < 0 ? element : element.slice(0, semicolon)).trim();
    const parameters = semicolon < 0 ? new Map<string, string>() : parseParameters(element, semicolon);
    if (!isToken(protocol) || parameters === undefined) continue;
    const cause = parameters.get('cause') ?? '';
    const text = parameters.get('text') ?? null;
    reasons.push({
      protocol,
      cause: /^\d{1,3}$/.test(cause) ? Number(cause) : null,
      text: text === null ? null : text.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/gs, '$1'),
    });
  }
  return reasons;
}

export function formatReason({ protocol, cause, text }: Reason): string {
  return `${protocol}${cause === null ? '' : `;cause=${cause}`}${text === null ? '' : `;text=${quote(text)}`}`;
}
