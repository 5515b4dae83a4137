/** The part of JSON Schema that our schemas become. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

export interface JsonField {
  /** `record.attempts[].uri` */
  readonly path: string;
  readonly type: string;
}

/** Every field that a document may have, depth first; fields of a field follow it. */
export function jsonFields(schema: JsonSchema, prefix = ''): readonly JsonField[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]): JsonField[] => {
    const path = `${prefix}${name}`;
    return [{ path, type: typeText(field) }, ...below(field, path)];
  });
  // Alternatives share fields: each is named once.
  return fields.filter(({ path }, index) => fields.findIndex((other) => other.path === path) === index);
}

function below(schema: JsonSchema, path: string): readonly JsonField[] {
  const items = schema.items;
  if (items !== undefined) return jsonFields(items, `${path}[].`);
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [...jsonFields(schema, `${path}.`), ...options.flatMap((option) => below(option, path))];
}

function typeText(schema: JsonSchema): string {
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return [...new Set(options.map(typeText))].join(' or ');
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.length > 8 ? 'name' : schema.enum.map(code).join(' or ');
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`;
  if (schema.type === 'string' && schema.pattern?.endsWith('{25}$')) return 'ULID';
  return typeof schema.type === 'string' ? schema.type : (schema.type?.join(' or ') ?? 'any');
}

const code = (value: unknown): string => `\`${String(value)}\``;
