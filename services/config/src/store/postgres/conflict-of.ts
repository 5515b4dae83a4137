import type { Conflict } from '../faults.ts';

interface ServerError {
  readonly code: string;
  readonly constraint?: string;
  readonly detail?: string;
}

type Translate = (error: ServerError) => Conflict;

/** Constraint → what the API calls its violation. */
const conflicts: Readonly<Record<string, Translate>> = {
  trunks_name: () => ({ kind: 'name-taken' }),
  agents_name: () => ({ kind: 'name-taken' }),
  agents_username: () => ({ kind: 'username-taken' }),
  numbers_agent: () => ({ kind: 'agent-unknown' }),
  numbers_live: (error) => ({ kind: 'number-taken', number: keyIn(error) }),
  numbers_on_trunk: (error) => ({ kind: 'number-repeated', number: keyIn(error) }),
};

/** `Key (trunk_id, number_key)=(01H…, 919876543210) already exists.` The key comes last. */
function keyIn(error: ServerError): string {
  return /([^,( ]+)\) already exists/.exec(error.detail ?? '')?.[1] ?? '';
}

export function serverError(error: unknown): ServerError | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error as unknown as ServerError;
}

/** Undefined when the error is not one of the rules that the tables keep. */
export function conflictOf(error: unknown): Conflict | undefined {
  const found = serverError(error);
  const constraint = found?.constraint;
  if (found === undefined || constraint === undefined || !Object.hasOwn(conflicts, constraint)) return undefined;
  return conflicts[constraint]?.(found);
}
