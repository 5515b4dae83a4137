import { causeTable } from '@trunkline/contracts/causes';
import { describe, expect, it } from 'vitest';
import { classifyFinal } from './classify-final.ts';

describe('a final response', () => {
  it.each([
    [302, 'callee-refused', 500],
    [400, 'callee-refused', 500],
    [401, 'credentials-refused', 503],
    [403, 'callee-refused', 403],
    [404, 'callee-not-found', 404],
    [407, 'credentials-refused', 503],
    [408, 'gateway-silent', 504],
    [410, 'callee-not-found', 410],
    [480, 'callee-unavailable', 480],
    [483, 'gateway-failed', 503],
    [484, 'callee-not-found', 484],
    [486, 'callee-busy', 486],
    [487, 'callee-unavailable', 480],
    [488, 'callee-refused', 488],
    [500, 'gateway-failed', 503],
    [501, 'gateway-failed', 503],
    [503, 'gateway-failed', 503],
    [504, 'gateway-silent', 504],
    [580, 'gateway-failed', 503],
    [600, 'callee-busy', 600],
    [603, 'callee-declined', 603],
    [604, 'callee-not-found', 604],
    [606, 'callee-refused', 606],
    [607, 'callee-declined', 607],
    [699, 'callee-declined', 603],
  ])('%i means %s, and leg A hears %i', (received, cause, status) => {
    expect(classifyFinal(received)).toEqual({ cause, status });
  });

  it('means exactly one thing from 300 to 699, and leg A hears it or what the cause says', () => {
    for (let received = 300; received <= 699; received += 1) {
      const { cause, status } = classifyFinal(received);
      expect([received, causeTable[cause].status]).toContain(status);
      expect(status).toBeGreaterThanOrEqual(400);
      // A challenge or a redirection of the far end must not reach a caller that it was not meant for.
      expect([401, 407]).not.toContain(status);
    }
  });

  it.each([100, 180, 199, 200, 299, 700, 0, 486.5, Number.NaN])('is not %d', (status) => {
    expect(() => classifyFinal(status)).toThrow(RangeError);
  });
});
