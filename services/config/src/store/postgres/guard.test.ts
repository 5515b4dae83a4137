import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../faults.ts';
import { conflictOf } from './conflict-of.ts';
import { guard, isUnavailable } from './guard.ts';

const failure = (fields: object, message = 'x') => Object.assign(new Error(message), fields);

describe('isUnavailable', () => {
  it.each([
    [{ code: '08006' }],
    [{ code: '57P01' }],
    [{ code: '57P03' }],
    [{ code: '57014' }],
    [{ code: '53300' }],
    [{ code: '42P01' }],
    [{ code: '28P01' }],
    [{ code: '28000' }],
    [{ code: 'ECONNREFUSED' }],
    [{ code: 'ECONNRESET' }],
    [{ code: 'ENOTFOUND' }],
  ])('is so for %j', (fields) => {
    expect(isUnavailable(failure(fields))).toBe(true);
  });

  it.each([
    ['Connection terminated unexpectedly'],
    ['timeout exceeded when trying to connect'],
    ['Query read timeout'],
  ])('is so for the driver saying %s', (message) => {
    expect(isUnavailable(failure({}, message))).toBe(true);
  });

  it.each([[{ code: '23505' }], [{ code: '42601' }], [{ code: '40001' }], [{}]])('is not so for %j', (fields) => {
    expect(isUnavailable(failure(fields))).toBe(false);
  });
});

describe('guard', () => {
  it('tries a collision again, a bounded number of times', async () => {
    let tries = 0;
    const work = (until: number) => async () => {
      tries += 1;
      if (tries < until) throw failure({ code: '40P01' });
      return tries;
    };
    expect(await guard(work(3))).toBe(3);
    tries = 0;
    await expect(guard(work(100))).rejects.toMatchObject({ code: '40P01' });
    expect(tries).toBe(5);
  });

  it.each([
    [{ code: '28P01' }, 'password authentication failed for user "x"', 'the database refuses the user or the password'],
    [{}, 'SASL: client password must be a string', 'the database refuses the user or the password'],
    [{ code: '3D000' }, 'database "x" does not exist', 'the database server has no database of that name'],
    [{ code: 'ECONNREFUSED' }, 'connect ECONNREFUSED', 'the database does not answer'],
  ])('says what is wrong in words that tell no secret: %j', async (fields, text, reason) => {
    await expect(guard(() => Promise.reject(failure(fields, text)))).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: reason,
    });
  });

  it('says that the database is away, and lets faults of ours through', async () => {
    await expect(guard(() => Promise.reject(failure({ code: 'ECONNREFUSED' })))).rejects.toThrow(StoreUnavailable);
    await expect(guard(() => Promise.reject(failure({ code: '42601' })))).rejects.toMatchObject({ code: '42601' });
  });
});

describe('conflictOf', () => {
  const detail = 'Key (trunk_id, number_key)=(01ARZ3NDEKTSV4RRFFQ69G5FAV, 4930123) already exists.';
  it.each([
    ['trunks_name', { kind: 'name-taken' }],
    ['agents_name', { kind: 'name-taken' }],
    ['agents_username', { kind: 'username-taken' }],
    ['numbers_agent', { kind: 'agent-unknown' }],
    ['numbers_on_trunk', { kind: 'number-repeated', number: '4930123' }],
  ])('reads %s as %j', (constraint, conflict) => {
    expect(conflictOf(failure({ code: '23505', constraint, detail }))).toEqual(conflict);
  });

  it('reads the number that is taken', () => {
    const taken = failure({
      code: '23505',
      constraint: 'numbers_claim',
      detail: 'Key (claim)=(4930) already exists.',
    });
    expect(conflictOf(taken)).toEqual({ kind: 'number-taken', number: '4930', holder: null });
  });

  it.each([
    ['alice@sip.example.com:5060', { username: 'alice', place: 'sip.example.com:5060' }],
    ['alice@home@sip.example.com:5060', { username: 'alice@home', place: 'sip.example.com:5060' }],
    ['alice@', { username: 'alice', place: null }],
  ])('reads the identity %s', (key, identity) => {
    const taken = failure({
      code: '23505',
      constraint: 'identities_key',
      detail: `Key (key)=(${key}) already exists.`,
    });
    expect(conflictOf(taken)).toEqual({ kind: 'identity-taken', ...identity, holder: null });
  });

  it('reads the extension that is taken, without its account', () => {
    const detail = 'Key (claim)=(01ARZ3NDEKTSV4RRFFQ69G5FAV:1000) already exists.';
    const taken = failure({ code: '23505', constraint: 'numbers_claim', detail });
    expect(conflictOf(taken)).toEqual({ kind: 'number-taken', number: '1000', holder: null });
  });

  it.each([[{ code: '23505', constraint: 'toString' }], [{ code: '23505' }], [{}]])('leaves %j alone', (fields) => {
    expect(conflictOf(failure(fields))).toBeUndefined();
  });
});
