import type { Instant } from '@trunkline/contracts/time';
import {
  type CallerIdentity,
  type Gateway,
  type OverLimit,
  type Registering,
  type Trunk,
  usualCallerIdentity,
  usualRegistering,
} from '@trunkline/contracts/trunk';
import { accept, type Result, refuse } from '../../result.ts';
import { merge } from '../bolna/merge.ts';
import { combine, type Problem, problem } from '../refusal.ts';
import type { SettingsBody } from './settings-body.ts';

/** Pure: the trunk with some of its settings changed. What is as usual and was never said stays unsaid. */
export function toTrunk(before: Trunk, body: SettingsBody, now: Instant): Result<Trunk, Problem> {
  const { registering, fixed_address, caller_identity, over_limit, gateway_tls, ...rest } = before;
  const trunk: Trunk = {
    ...rest,
    direction: body.direction ?? before.direction,
    registration: body.registration ?? before.registration,
    gateways: before.gateways.map((gateway) => gatewayOf(gateway, body)),
    media: {
      ...before.media,
      ...said('recording', before.media.recording, body.recording, false),
    },
    number_format: merge(before.number_format, body.number_format ?? {}),
    limits: merge(before.limits, body.limits ?? {}),
    updated_at: now,
    ...said(
      'registering',
      registering,
      merged<Registering>(registering, body.registering, usualRegistering),
      usualRegistering,
    ),
    ...said('fixed_address', fixed_address, body.fixed_address, false),
    ...(body.gateway_tls === null ? {} : said('gateway_tls', gateway_tls, body.gateway_tls, undefined)),
    ...said(
      'caller_identity',
      caller_identity,
      merged<CallerIdentity>(caller_identity, body.caller_identity, usualCallerIdentity),
      usualCallerIdentity,
    ),
    ...said<'over_limit', OverLimit>('over_limit', over_limit, body.over_limit, 'unavailable'),
  };
  const [first, ...others] = judge(trunk, body);
  return first === undefined ? accept(trunk) : refuse(combine([first, ...others]));
}

function gatewayOf(gateway: Gateway, { gateways = [] }: SettingsBody): Gateway {
  const { srv, ...before } = gateway;
  const { priority, weight, srv: wanted } = gateways.find(({ id }) => id === gateway.id) ?? {};
  return { ...merge(before, { priority, weight }), ...said('srv', srv, wanted, false) };
}

type Partly<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

function merged<T extends object>(before: T | undefined, change: Partly<T> | undefined, usual: T): T | undefined {
  return change === undefined ? undefined : merge(before ?? usual, change);
}

/** One field that may be absent: as it was when nothing is said of it, absent while it was never anything but usual. */
function said<Name extends string, Value>(
  name: Name,
  before: Value | undefined,
  after: Value | undefined,
  usual: Value | undefined,
): { readonly [Key in Name]?: Value } {
  const value = after ?? before;
  const unsaid = value === undefined || (before === undefined && JSON.stringify(value) === JSON.stringify(usual));
  return (unsaid ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

/** What the settings ask of one another and of the rest of the trunk. */
function judge(trunk: Trunk, { gateways = [] }: SettingsBody): readonly Problem[] {
  const problems: Problem[] = [];
  const known = new Set<string>(trunk.gateways.map(({ id }) => id));
  for (const [index, { id }] of gateways.entries()) {
    const path = `gateways[${index}].id`;
    if (!known.has(id)) problems.push(problem(400, `${path} must be of a gateway of this trunk`, path));
    if (gateways.findIndex((other) => other.id === id) < index) {
      problems.push(problem(400, `${path} is given twice: give each gateway once`, path));
    }
  }
  const userless = trunk.auth.kind !== 'userpass';
  if (trunk.registration !== 'none' && userless) {
    const message = 'registration needs a user name and a password: give them in a dialect of trunks first';
    problems.push(problem(422, message, 'registration'));
  }
  if (trunk.registration === 'we-register' && trunk.gateways.length === 0) {
    problems.push(problem(422, 'registration needs a gateway to register at', 'registration'));
  }
  if (trunk.caller_identity?.from === 'username' && userless) {
    problems.push(
      problem(422, 'caller_identity.from can only be username on a trunk that has one', 'caller_identity.from'),
    );
  }
  return problems;
}
