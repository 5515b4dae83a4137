import { StoreRefused, StoreUnavailable } from './record-store.ts';

/**
 * Sorts what the driver threw. SQLSTATE classes 22 (data exception), 23 (integrity) and 54 (program limit) speak of the
 * data; everything else, from a refused connection to a lock that was not had in time, may pass.
 */
export function storeFault(error: unknown): StoreRefused | StoreUnavailable {
  if (error instanceof StoreRefused || error instanceof StoreUnavailable) return error;
  const code = (error as { readonly code?: unknown } | null)?.code;
  const refused = typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
  return refused ? new StoreRefused(error) : new StoreUnavailable(error);
}
