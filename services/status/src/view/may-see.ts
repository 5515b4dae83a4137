import type { Access } from '@trunkline/contracts/access';
import type { CallRecord } from '@trunkline/contracts/call-record';
import type { AccountId } from '@trunkline/contracts/ids';

/** Whose data an access reaches: its own account's, and for the operator also what belongs to no account. */
export function maySee(access: Access, account: AccountId | null): boolean {
  return account === null ? access.operator : account === access.account;
}

/** The record as its reader may see it: candidates of other accounts are counted, never named. */
export function visibleRecord(access: Access, record: CallRecord): CallRecord {
  const { explanation } = record;
  const candidates = explanation.candidates.filter((candidate) => candidate.account === access.account);
  return { ...record, explanation: { ...explanation, candidates } };
}
