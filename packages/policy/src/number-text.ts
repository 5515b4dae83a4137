/** RFC 3966 §3 visual separators, and the blanks that people type. */
const separators = /[\s.()/-]+/g;

/** What the user part of a SIP or tel URI says about a number. */
export interface NumberText {
  /** Without visual separators when it is a telephone number, else as written. */
  readonly text: string;
  /** RFC 3966 §5.1.5, global form only: `+49`. */
  readonly context: string | null;
}

/** Splits off parameters (`;phone-context=`, `;npdi` …), undoes escapes and drops visual separators. */
export function readNumberText(user: string): NumberText {
  const [number = '', ...parameters] = unescaped(user).split(';');
  const text = plain(number);
  const context = parameters.find((parameter) => /^phone-context=\+/i.test(parameter.trim()));
  return { text, context: context === undefined ? null : plain(context.slice(context.indexOf('=') + 1)) };
}

/** `+49 (30) 12-34` → `+49301234`. Text that is no telephone number stays as it is, but for blanks around it. */
function plain(number: string): string {
  const stripped = number.replace(separators, '');
  return /^\+?[\d*#]+$/.test(stripped) ? stripped : number.trim();
}

/** RFC 3261 §19.1.2: `%2B` is `+`. Text with a broken escape stays as it is. */
function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The key under which a number is looked up: with and without `+` it is the same one. */
export function keyOf(text: string): string {
  return text.startsWith('+') ? text.slice(1) : text;
}
