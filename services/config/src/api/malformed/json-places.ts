export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One value inside a body. */
export interface Place {
  /** As an error names it: `gateways[0].port`; empty for the body. */
  readonly path: string;
  readonly value: Json;
  /** The body with something else at this place. */
  with(other: Json): Json;
}

/** Every value of a body, objects and lists before what is in them. */
export function places(value: Json, path = '', put: (other: Json) => Json = (other) => other): readonly Place[] {
  const here: Place = { path, value, with: put };
  if (isList(value)) {
    const inside = value.flatMap((item, index) =>
      places(item, `${path}[${index}]`, (other) => put(value.map((old, at) => (at === index ? other : old)))),
    );
    return [here, ...inside];
  }
  if (!isObject(value)) return [here];
  const inside = Object.entries(value).flatMap(([key, item]) =>
    places(item, path === '' ? key : `${path}.${key}`, (other) => put({ ...value, [key]: other })),
  );
  return [here, ...inside];
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
