/** What an application says about how its request is to be proxied. */
export interface ProxyOptions {
  /** Stay in the dialog: Record-Route. */
  readonly record_route: boolean;
  /** The application wants every final response, not only to hear that it is done. */
  readonly full_response: boolean;
  readonly follow_redirects: boolean;
  readonly parallel: boolean;
  /** Until a target has said anything at all; absent: timer B or F. */
  readonly provisional_ms: number | undefined;
  /** Until a target has given its final response; absent: timer C. */
  readonly final_ms: number | undefined;
  readonly destinations: readonly string[];
}

/** Targets of one request, those of redirections included. */
export const MOST_TARGETS = 32;

const MOST_DELAY_MS = 600_000;

/** The fields of a `proxy` message behind the transaction id; text when they cannot be carried out. */
export function readProxyOptions(fields: readonly string[]): ProxyOptions | string {
  const [remain = '', full = '', follow = '', forking = '', provisional = '', final = '', ...destinations] = fields;
  const wanted = destinations.filter((uri) => uri !== '');
  if (wanted.length === 0) return 'no destination';
  if (wanted.length > MOST_TARGETS) return 'too many destinations';
  return {
    record_route: remain === 'remainInDialog',
    full_response: full === 'fullResponse',
    follow_redirects: follow === 'followRedirects',
    parallel: forking === 'simultaneous',
    provisional_ms: readDelay_ms(provisional),
    final_ms: readDelay_ms(final),
    destinations: wanted,
  };
}

/** `2s`, `1500ms`; a bare number is milliseconds. */
function readDelay_ms(text: string): number | undefined {
  const match = /^(\d{1,7})(ms|s)?$/.exec(text.trim());
  if (match === null) return undefined;
  const delay_ms = Number(match[1]) * (match[2] === 's' ? 1_000 : 1);
  return delay_ms === 0 ? undefined : Math.min(delay_ms, MOST_DELAY_MS);
}
