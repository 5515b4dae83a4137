/** As much of an OpenAPI document as the tests read. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export interface WritingOperation {
  /** `POST /sip-trunks/trunks` */
  readonly name: string;
  readonly method: string;
  /** Of its body; undefined when it takes none. */
  readonly schema: Schema | undefined;
}

/** Every operation that is not a plain reading one: what a new route has to be tested for follows from the document. */
export function writingOperations({ paths }: OpenApi): readonly WritingOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'get')
      .map(([method, { requestBody }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        schema: requestBody?.content['application/json'].schema,
      })),
  );
}

/** Every field that a schema names, as `gateways[].port`. */
export function fieldsOf(schema: Schema, path = ''): readonly string[] {
  const inside = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const own = path === '' ? key : `${path}.${key}`;
    return [own, ...fieldsOf(field, own)];
  });
  const items = schema.items === undefined ? [] : fieldsOf(schema.items, `${path}[]`);
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((choice) => fieldsOf(choice, path));
  return [...new Set([...inside, ...items, ...choices])];
}
