import { describe, expect, it } from 'vitest';
import type { Document } from '../store/store.ts';
import { fingerprint, planOrphans, planPage } from './plan-page.ts';

const document = (key: string, value: string | null): Document => ({ bucket: 'trunks', key, value });
const present = new Map([
  ['same', fingerprint('1')],
  ['other', fingerprint('old')],
  ['orphan', fingerprint('x')],
]);

describe('planPage', () => {
  it('writes what is lacking or different, and nothing else', () => {
    const documents = [
      document('same', '1'),
      document('other', 'new'),
      document('lacking', '2'),
      document('gone', null),
    ];
    expect(planPage(present, documents).map(({ key }) => key)).toEqual(['other', 'lacking']);
  });
});

describe('planOrphans', () => {
  it('removes what the store does not know', () => {
    expect(planOrphans(present, new Set(['same', 'other', 'lacking']))).toEqual(['orphan']);
  });
});
