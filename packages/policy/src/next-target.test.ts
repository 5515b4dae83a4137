import { describe, expect, it } from 'vitest';
import { classifyFinal } from './classify-final.ts';
import { nextTarget, type Outcome } from './next-target.ts';

const failover = [408, 500, 502, 503, 504];
const outcomes: Outcome[] = [{ kind: 'timeout' }, { kind: 'transport-error' }, { kind: 'untrusted' }];
for (let status = 300; status <= 699; status += 1) outcomes.push({ kind: 'status', status });

describe('after an attempt that was not answered', () => {
  it('the next gateway is tried exactly when this one failed, another is left and nothing rang', () => {
    for (const outcome of outcomes) {
      for (const rang of [false, true]) {
        for (const left of [0, 1, 2]) {
          const gatewayFailed = outcome.kind !== 'status' || failover.includes(outcome.status);
          const expected = gatewayFailed && !rang && left > 0 ? 'retry' : 'give-up';
          expect([outcome, rang, left, nextTarget(outcome, { rang, left }).kind]).toEqual([
            outcome,
            rang,
            left,
            expected,
          ]);
        }
      }
    }
  });

  it.each([486, 600, 603, 404, 410, 480, 484, 403, 488, 401, 407, 302, 501, 505])(
    '%i is never tried elsewhere',
    (status) => {
      expect(nextTarget({ kind: 'status', status }, { rang: false, left: 9 })).toEqual({
        kind: 'give-up',
        ...classifyFinal(status),
      });
    },
  );

  it.each([
    [{ kind: 'timeout' }, false, 'gateway-silent', 504],
    [{ kind: 'timeout' }, true, 'no-answer', 480],
    [{ kind: 'transport-error' }, false, 'gateway-unreachable', 503],
    [{ kind: 'untrusted' }, false, 'gateway-untrusted', 503],
    [{ kind: 'transport-error' }, true, 'gateway-unreachable', 503],
    [{ kind: 'status', status: 503 }, false, 'gateway-failed', 503],
    [{ kind: 'status', status: 486 }, true, 'callee-busy', 486],
  ] as const)('%j, rang %s, ends the call as %s with %i', (outcome, rang, cause, status) => {
    expect(nextTarget(outcome, { rang, left: 0 })).toEqual({ kind: 'give-up', cause, status });
  });
});
