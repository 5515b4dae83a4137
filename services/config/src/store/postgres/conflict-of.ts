import { claimedNumber } from '../claims.ts';
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
  numbers_claim: (error) => ({ kind: 'number-taken', number: claimedNumber(keyIn(error)), holder: null }),
  identities_key: (error) => ({ kind: 'identity-taken', ...identityIn(error), holder: null }),
  once_key: () => ({ kind: 'done-already' }),
  accounts_name: () => ({ kind: 'name-taken' }),
  numbers_on_trunk: (error) => ({ kind: 'number-repeated', number: keyIn(error) }),
};

/** `Key (key)=(alice@sip.example.com:5060) already exists.` A place holds no `@`, a user name may. */
function identityIn({ detail }: ServerError): { readonly username: string; readonly place: string | null } {
  const key = /=\((.*)\) already exists/.exec(detail ?? '')?.[1] ?? '';
  const at = key.lastIndexOf('@');
  return { username: key.slice(0, at), place: key.slice(at + 1) || null };
}

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
