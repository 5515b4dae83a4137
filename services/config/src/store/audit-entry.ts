import type { Instant } from '@trunkline/contracts/time';

export const auditActions = [
  'account.created',
  'trunk.created',
  'trunk.changed',
  'trunk.deleted',
  'agent.created',
  'agent.changed',
  'agent.deleted',
  'token.created',
  'token.rotated',
  'token.deleted',
  'call.created',
  'call.stopped',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** One field before and after; null where there was nothing. Secrets only ever say that they changed. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** One change, as its owners read it. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly request: string;
  readonly action: AuditAction;
  readonly target: { readonly id: string; readonly name: string };
  readonly changes: readonly FieldChange[];
}
