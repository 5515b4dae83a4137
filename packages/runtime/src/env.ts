import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** One thing that is wrong with the environment. Holds no value, so that it can be printed whatever the variable is. */
export interface EnvFault {
  readonly variable: string;
  /** Continues the variable's name: `is missing`. */
  readonly problem: string;
  /** What to do, as an imperative. */
  readonly remedy: string;
}

export type EnvResult<Values> =
  | { readonly ok: true; readonly values: Values }
  | { readonly ok: false; readonly faults: readonly EnvFault[] };

export type EnvSource = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment by a schema whose keys are the variables' names. The value of `X` may also come from the file that
 * `X_FILE` names (one trailing line break is dropped). An empty variable counts as not set. A field's description is its
 * remedy, so every field should carry one: see `env-fields.ts`.
 */
export function readEnv<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  source: EnvSource,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): EnvResult<z.infer<z.ZodObject<Shape>>> {
  const faults: EnvFault[] = [];
  const input: Record<string, string> = {};
  for (const variable of Object.keys(schema.shape)) {
    const found = lookUp(variable, source, readFile);
    if (typeof found === 'object') faults.push(found);
    else if (found !== undefined) input[variable] = found;
  }
  const broken = new Set(faults.map((fault) => fault.variable.replace(/_FILE$/, '')));
  const parsed = schema.safeParse(input);
  if (parsed.success && faults.length === 0) return { ok: true, values: parsed.data };
  for (const issue of parsed.error?.issues ?? []) {
    const variable = String(issue.path[0] ?? 'environment');
    if (broken.has(variable)) continue;
    broken.add(variable);
    faults.push({
      variable,
      problem: variable in input ? `is not valid (${issue.message})` : 'is missing',
      remedy: `set it to ${descriptionOf(schema.shape[variable]) ?? 'what the README of this service says'}`,
    });
  }
  return { ok: false, faults };
}

function lookUp(
  variable: string,
  source: EnvSource,
  readFile: (path: string) => string,
): string | EnvFault | undefined {
  const value = source[variable] || undefined;
  const fileVariable = `${variable}_FILE`;
  const path = source[fileVariable] || undefined;
  if (path === undefined) return value;
  if (value !== undefined) {
    return { variable: fileVariable, problem: `is set beside ${variable}`, remedy: 'set only one of the two' };
  }
  try {
    const text = readFile(path).replace(/\r?\n$/, '');
    if (text !== '') return text;
    return { variable: fileVariable, problem: 'names an empty file', remedy: 'write the value into that file' };
  } catch {
    return { variable: fileVariable, problem: 'names a file that cannot be read', remedy: 'name a readable file' };
  }
}

/** Zod keeps a description on the schema that it was given to; defaults, optionals and pipes wrap that one. */
function descriptionOf(schema: unknown): string | undefined {
  let current = schema as Describable | undefined;
  for (let depth = 0; current !== undefined && depth < 8; depth++) {
    if (current.description !== undefined) return current.description;
    current = current.def?.innerType ?? current.def?.in;
  }
  return undefined;
}

interface Describable {
  readonly description?: string;
  readonly def?: { readonly innerType?: Describable; readonly in?: Describable };
}

/** `TRUNKLINE_SIP_SECRET is missing; set it to ...` */
export function faultText(fault: EnvFault): string {
  return `${fault.variable} ${fault.problem}; ${fault.remedy}`;
}
