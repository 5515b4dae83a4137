/** What one account may hold. An unpaged list is never longer than these. */
export const mostTrunks = 10_000;
export const mostAgents = 10_000;
export const mostTokens = 1_000;
/** Numbers on one trunk: the bound of the contract's Trunk. */
export const mostNumbers = 10_000;
/** One document on NATS; the server's max_payload has to be above it. Enough for 10 000 numbers with short names. */
export const largestDocument_bytes = 4 * 1024 * 1024;
/** An Idempotency-Key is remembered so long. */
export const answersKept_ms = 24 * 3_600_000;
export const mostAccounts = 10_000;
/** Calls of one account that are asked for and not over. */
export const mostOpenExecutions = 10_000;
/** Numbers looked at to find one that may call. */
export const mostCallerNumbers = 100;
/** Things forgotten in one transaction. */
export const mostForgotten = 1_000;
