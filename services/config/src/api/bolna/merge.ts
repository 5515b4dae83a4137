type Partly<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** `base` with every field of `patch` that is given. Other keys of `patch` are left aside. */
export function merge<T extends object>(base: T, patch: Partly<T>): T {
  const given = Object.entries(patch).filter(([key, value]) => value !== undefined && Object.hasOwn(base, key));
  return { ...base, ...Object.fromEntries(given) };
}
