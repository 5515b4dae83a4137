import { readFileSync } from 'node:fs';
import { expandMessage } from '@trunkline/testkit/expand-message';
import { rfc4475Invalid } from './rfc4475-invalid.ts';
import { rfc4475Layers } from './rfc4475-layers.ts';
import { rfc4475Valid } from './rfc4475-valid.ts';
import { rfc5118Cases } from './rfc5118-cases.ts';
import type { TortureCase } from './torture-case.ts';

export const tortureRfcs = ['rfc4475', 'rfc5118'] as const;
export type TortureRfc = (typeof tortureRfcs)[number];

export const tortureCases: Readonly<Record<TortureRfc, readonly TortureCase[]>> = {
  rfc4475: [...rfc4475Valid, ...rfc4475Invalid, ...rfc4475Layers],
  rfc5118: rfc5118Cases,
};

/** The exact bytes of a case's message. */
export const tortureMessage = (rfc: TortureRfc, name: string): Buffer =>
  expandMessage(readFileSync(new URL(`./messages/${rfc}/${name}.txt`, import.meta.url), 'utf8'));
