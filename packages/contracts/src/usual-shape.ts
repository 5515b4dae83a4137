import type { z } from 'zod';

type Test = (value: unknown) => boolean;

/** What the library tells of a schema (`schema._zod.def`), as far as it is looked at here. */
interface Definition extends CheckDefinition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Described>>;
  readonly catchall?: Described;
  readonly element?: Described;
  readonly innerType?: Described;
  readonly options?: readonly Described[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[];
}

/** A string format is a schema and a check in one. */
interface CheckDefinition {
  readonly check?: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly value?: number;
  readonly inclusive?: boolean;
}

interface Described {
  readonly _zod: { readonly def: Definition };
}

const never: Test = () => false;

/**
 * A test that is true only for values which the schema accepts and leaves as they are, and an order of magnitude cheaper than
 * parsing. It may be false for others that are right: what the schema says in a way not known here is never usual.
 */
export function usualShape(schema: z.ZodType): Test {
  return testOf(schema as unknown as Described);
}

function testOf({ _zod: { def } }: Described): Test {
  return (tests[def.type] ?? unknown)(def);
}

const unknown = (): Test => never;

const tests: Readonly<Record<string, (def: Definition) => Test>> = {
  string: stringTest,
  number: numberTest,
  array: arrayTest,
  object: objectTest,
  boolean: bare(() => (value) => typeof value === 'boolean'),
  enum: bare(({ entries = {} }) => oneOf(Object.values(entries))),
  literal: bare(({ values = [] }) => oneOf(values)),
  nullable: bare(({ innerType }) => {
    const inner = innerType === undefined ? never : testOf(innerType);
    return (value) => value === null || inner(value);
  }),
  // Absent is judged by the object; there is no other place for it.
  optional: bare(({ innerType }) => (innerType === undefined ? never : testOf(innerType))),
  union: bare(({ options = [] }) => {
    const all = options.map(testOf);
    return (value) => all.some((test) => test(value));
  }),
};

/** For kinds of schema on which checks say nothing that is known here. */
function bare(make: (def: Definition) => Test): (def: Definition) => Test {
  return (def) => (checksOf(def).length === 0 ? make(def) : never);
}

function oneOf(values: readonly unknown[]): Test {
  const all = new Set(values);
  return (value) => all.has(value);
}

function checksOf(def: Definition): readonly CheckDefinition[] {
  const others = (def.checks ?? []).map((check) => check._zod.def);
  return def.check === undefined ? others : [def, ...others];
}

const lengths: ReadonlySet<string | undefined> = new Set(['min_length', 'max_length', 'length_equals']);

/** The least and the most length that the checks allow. */
function lengthsOf(checks: readonly CheckDefinition[]): readonly [number, number] {
  return [
    Math.max(0, ...checks.map(({ minimum, length }) => minimum ?? length ?? 0)),
    Math.min(...checks.map(({ maximum, length }) => maximum ?? length ?? Number.POSITIVE_INFINITY)),
  ];
}

function stringTest(def: Definition): Test {
  const checks = checksOf(def);
  const patterns = checks.filter(({ check }) => !lengths.has(check));
  const [pattern] = patterns.map(patternOf);
  if (patterns.length > 1 || (patterns.length === 1 && pattern === undefined)) return never;
  const [least, most] = lengthsOf(checks.filter(({ check }) => lengths.has(check)));
  if (pattern === undefined) {
    return (value) => typeof value === 'string' && value.length >= least && value.length <= most;
  }
  return (value) => typeof value === 'string' && value.length >= least && value.length <= most && pattern.test(value);
}

/** Undefined where something else than the pattern decides, or the pattern remembers where it was. */
function patternOf({ check, format, pattern }: CheckDefinition): RegExp | undefined {
  const decides = check === 'string_format' && (format === 'regex' || format === 'cidrv4');
  return decides && pattern?.global === false && !pattern.sticky ? pattern : undefined;
}

function numberTest(def: Definition): Test {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let above = Number.NEGATIVE_INFINITY;
  let isRight: Test = Number.isFinite;
  for (const { check, value = Number.NaN, inclusive, format } of checksOf(def)) {
    if (check === 'number_format' && format === 'safeint') isRight = Number.isSafeInteger;
    else if (check === 'greater_than' && inclusive === true) least = Math.max(least, value);
    else if (check === 'greater_than') above = Math.max(above, value);
    else if (check === 'less_than' && inclusive === true) most = Math.min(most, value);
    else return never;
  }
  const isInside = (value: number): boolean => value >= least && value <= most && value > above;
  // NaN and infinities, which JSON cannot say, are left to the schema.
  return (value) => isRight(value) && isInside(value as number);
}

function arrayTest(def: Definition): Test {
  const checks = checksOf(def);
  if (def.element === undefined || !checks.every(({ check }) => lengths.has(check))) return never;
  const item = testOf(def.element);
  const [least, most] = lengthsOf(checks);
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) return false;
    // Not `every`, which passes over holes.
    for (let index = 0; index < value.length; index += 1) if (!item(value[index])) return false;
    return true;
  };
}

/** Only of objects that take no other field than those named. */
function objectTest(def: Definition): Test {
  if (def.catchall?._zod.def.type !== 'never' || checksOf(def).length > 0) return never;
  const fields = Object.entries(def.shape ?? {});
  const names = fields.map(([name]) => name);
  const contents = fields.map(([, field]) => testOf(field));
  const optional = fields.map(([, field]) => field._zod.def.type === 'optional');
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    let present = 0;
    for (let index = 0; index < names.length; index += 1) {
      const content = (value as Readonly<Record<string, unknown>>)[names[index] ?? ''];
      if (content === undefined && optional[index] === true) continue;
      if (contents[index]?.(content) !== true) return false;
      present += 1;
    }
    return Object.keys(value).length === present;
  };
}
