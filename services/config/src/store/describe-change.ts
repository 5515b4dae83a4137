import type { Agent } from '@trunkline/contracts/agent';
import type { Trunk, TrunkNumber } from '@trunkline/contracts/trunk';
import type { Execution } from '../calls/execution.ts';
import type { FieldChange } from './audit-entry.ts';

/** Numbers named in one entry; the rest is counted. */
const mostNamed = 50;
/** Stands for a secret, whatever it is. */
const hidden = 'changed';

/** Of no interest to people, or told by the entry itself. */
const left: ReadonlySet<string> = new Set(['id', 'account', 'created_at', 'updated_at', 'numbers', 'auth']);

/** Pure: what differs between two states of a trunk; undefined is none. */
export function describeTrunkChange(before: Trunk | undefined, after: Trunk | undefined): readonly FieldChange[] {
  return [...describeFields(before, after), ...describeAuth(before, after), ...describeNumbers(before, after)];
}

export function describeAgentChange(before: Agent | undefined, after: Agent | undefined): readonly FieldChange[] {
  return [...describeFields(before, after), ...describeAuth(before, after)];
}

function describeFields(before: object = {}, after: object = {}): readonly FieldChange[] {
  const old = new Map(Object.entries(before));
  const fresh = new Map(Object.entries(after));
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((field) => !left.has(field))
    .map((field) => ({ field, from: old.get(field) ?? null, to: fresh.get(field) ?? null }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

type WithAuth = { readonly auth: Trunk['auth'] | Agent['auth'] };

function describeAuth(before: WithAuth | undefined, after: WithAuth | undefined): readonly FieldChange[] {
  const [from, to] = [before, after].map((each) => credentials(each));
  const changes: FieldChange[] = [];
  if (from?.username !== to?.username) {
    changes.push({ field: 'auth.username', from: from?.username ?? null, to: to?.username ?? null });
  }
  if (from?.password !== to?.password) changes.push({ field: 'auth.password', from: hidden, to: hidden });
  return changes;
}

function credentials(owner: WithAuth | undefined): { username: string; password: string } | undefined {
  const auth = owner?.auth;
  return auth === null || auth === undefined || !('username' in auth) ? undefined : auth;
}

function describeNumbers(before: Trunk | undefined, after: Trunk | undefined): readonly FieldChange[] {
  const old = new Map((before?.numbers ?? []).map((number) => [number.id, number]));
  const fresh = new Map((after?.numbers ?? []).map((number) => [number.id, number]));
  const added = [...fresh.values()].filter(({ id }) => !old.has(id));
  const removed = [...old.values()].filter(({ id }) => !fresh.has(id));
  const changed = [...fresh.values()].flatMap((to) => {
    const from = old.get(to.id);
    return from === undefined || said(from) === said(to) ? [] : [{ from, to }];
  });
  return [
    ...(added.length + removed.length === 0 ? [] : [{ field: 'numbers', from: named(removed), to: named(added) }]),
    ...changed.slice(0, mostNamed).map(({ from, to }) => ({
      field: `numbers.${to.number}`,
      from: { number: from.number, name: from.name, agent: from.agent },
      to: { number: to.number, name: to.name, agent: to.agent },
    })),
  ];
}

function said({ number, name, agent, e164_check_enabled }: TrunkNumber): string {
  return JSON.stringify([number, name, agent, e164_check_enabled]);
}

function named(numbers: readonly TrunkNumber[]): readonly string[] {
  const shown = numbers.slice(0, mostNamed).map(({ number }) => number);
  return numbers.length > mostNamed ? [...shown, `and ${numbers.length - mostNamed} more`] : shown;
}

/** Pure: who was asked for, in the audit log. Variables of a call are nobody's business there. */
export function describeExecution({ id, agent, from, to, scheduled_at }: Execution): {
  readonly target: { readonly id: string; readonly name: string };
  readonly changes: readonly FieldChange[];
} {
  const fields = { agent, from, to, scheduled_at };
  const changes = Object.entries(fields).map(([field, value]) => ({ field, from: null, to: value }));
  return { target: { id, name: to }, changes };
}
