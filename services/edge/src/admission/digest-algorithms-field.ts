import { type DigestAlgorithm, digestAlgorithm } from '@trunkline/sip/digest-algorithm';
import { z } from 'zod';

type Algorithms = readonly [DigestAlgorithm, ...DigestAlgorithm[]];

/** -sess is not offered: it costs user agents more and proves nothing more. */
const offered: readonly DigestAlgorithm[] = ['SHA-256', 'MD5'];
const usual: Algorithms = ['MD5'];

/** Algorithms of our challenges, most wanted first (RFC 8760 §2.4): one WWW-Authenticate each. */
export const digestAlgorithmsField = z
  .string()
  .transform((text, context): Algorithms => {
    const names = text.split(',').map((name) => digestAlgorithm(name.trim()));
    const [first, ...more] = names.filter((name) => name !== undefined && offered.includes(name));
    const isWhole = first !== undefined && more.length + 1 === names.length && new Set(names).size === names.length;
    if (isWhole) return [first, ...more.filter((name) => name !== undefined)];
    context.addIssue({ code: 'custom', message: 'it is not a list of different algorithms' });
    return z.NEVER;
  })
  .describe('MD5, or SHA-256,MD5, or SHA-256')
  .default(usual);
