interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: Schema;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Pure: the document as one page without scripts. */
export function page(document: object): string {
  const { info, paths } = document as {
    readonly info: { readonly title: string; readonly description?: string };
    readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const operations = Object.entries(paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [section(method, path, operation)];
    }),
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(info.title)}</title><style>${style}</style></head>
<body><h1>${escaped(info.title)}</h1><p>${escaped(info.description ?? '')} <a href="/openapi.json">openapi.json</a></p>
${operations.join('\n')}</body></html>`;
}

function section(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(({ name, in: place, schema }) =>
    row(`${name} (${place})`, schema, false),
  );
  const body = schemaOf(operation.requestBody?.content);
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, { content }]) => `<h4>${escaped(status)}</h4>${table(rows(schemaOf(content)))}`,
  );
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escaped(path)}</code> ${escaped(operation.summary ?? '')}</summary>
${table(parameters)}${body === undefined ? '' : `<h4>Body</h4>${table(rows(body))}`}${answers.join('')}</details>`;
}

const schemaOf = (content: Content | undefined): Schema | undefined => content?.['application/json']?.schema;

/** One for each field, those of lists and objects under their path. */
function rows(schema: Schema | undefined, prefix = ''): readonly string[] {
  if (schema === undefined) return [];
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((one) => rows(one, prefix));
  if (schema.items !== undefined) return rows(schema.items, `${prefix}[]`);
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return [row(path, field, required.has(name)), ...rows(field, path)];
  });
}

function row(name: string, schema: Schema | undefined, required: boolean): string {
  const mark = required ? ' *' : '';
  return `<tr><td><code>${escaped(name)}</code>${mark}</td><td>${escaped(typeOf(schema))}</td><td>${escaped(schema?.description ?? '')}</td></tr>`;
}

function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  return [schema.type ?? 'any', schema.format ?? ''].flat().filter(Boolean).join(' ');
}

const table = (content: readonly string[]): string =>
  content.length === 0 ? '' : `<table>${content.join('')}</table>`;

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
  'summary{cursor:pointer;padding:.3rem 0}table{border-collapse:collapse;margin:.3rem 0 .8rem 1rem}' +
  'td{padding:.1rem .8rem .1rem 0;vertical-align:top}h4{margin:.4rem 0 0 1rem}';
