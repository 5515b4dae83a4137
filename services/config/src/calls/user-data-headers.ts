/** Bytes of a header's value (the contract of `edge.originate`). */
export const longestValue_bytes = 1_024;
/** Characters of a header's name behind `X-`. */
const longestName = 60;

/** `customer_name` → `X-customer-name`. */
export function headerName(key: string): string {
  return `X-${key.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')}`;
}

/**
 * Pure: the variables of a call as header fields of the INVITE to the agent. What is not printable ASCII, a percent sign, and a
 * space at either end are percent-encoded (RFC 3986 §2.1), so `decodeURIComponent` gives back what was given, and no value
 * can end a header field. Lists and objects are JSON; null is no header.
 */
export function userDataHeaders(user_data: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(user_data).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([key, value]) => [headerName(key), headerValue(value)]));
}

export function headerValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/%|[^\x20-\x7e]+|^ +| +$/gu, (part) =>
    part === '%' || /^ +$/.test(part)
      ? part.replace(/[% ]/g, (one) => (one === '%' ? '%25' : '%20'))
      : encodeURIComponent(part),
  );
}

/** Why a variable cannot be a header field, to follow its name; undefined when it can. */
export function headerFault(key: string, value: unknown): string | undefined {
  const name = headerName(key);
  if (name === 'X-') return 'must have a letter or a digit in its name: it becomes a header field';
  if (name.length > longestName + 2) return `must not have a name longer than ${longestName} characters`;
  if (/^x-trunkline(-|$)/i.test(name)) return 'must have another name: those that begin with trunkline are ours';
  if (value !== null && headerValue(value).length > longestValue_bytes) {
    return `must not be longer than ${longestValue_bytes} bytes once it is encoded`;
  }
  return undefined;
}
