/** The result of reading text that others wrote: a malformed text is expected, so it is a value and not an exception. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });

/** `reason` is a short lower-case phrase; it never repeats the text that was read. */
export const malformed = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });
