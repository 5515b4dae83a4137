import { expect, it } from 'vitest';
import type { Change } from '../bus.ts';
import { createKnownEntries } from './known-entries.ts';

function start() {
  const told: string[] = [];
  const known = createKnownEntries((change: Change) =>
    told.push(
      change.kind === 'put' ? `${change.key}=${change.value}@${change.revision}` : `-${change.key}@${change.revision}`,
    ),
  );
  const see = (key: string, revision: number, value: string | undefined, life = 'first'): void =>
    known.see({ key, revision, value, identity: `${revision}@${life}` });
  return { known, see, take: () => told.splice(0) };
}

it('tells in a second look only what changed, and what is gone once', () => {
  const { known, see, take } = start();
  known.begin();
  see('a', 1, 'x');
  see('b', 2, 'y');
  see('c', 3, undefined);
  expect(take()).toEqual(['a=x@1', 'b=y@2']);
  known.begin();
  see('b', 4, 'z');
  expect(known.unseen()).toEqual(['a']);
  known.forget('a');
  known.forget('a');
  known.forget('b');
  expect(take()).toEqual(['b=z@4', '-a@4']);
});

it('takes an equal revision of another life of the server for another value', () => {
  const { known, see, take } = start();
  known.begin();
  see('a', 1, 'old');
  known.begin();
  see('a', 1, 'new', 'second');
  expect(take()).toEqual(['a=old@1', 'a=new@1']);
});

it('tells a delete seen in the look, and nothing for the mark of one already told', () => {
  const { known, see, take } = start();
  known.begin();
  see('a', 1, 'x');
  see('a', 2, undefined);
  known.begin();
  see('a', 2, undefined);
  expect(take()).toEqual(['a=x@1', '-a@2']);
  expect(known.unseen()).toEqual([]);
});

it('does not forget what was seen while it was asked for', () => {
  const { known, see, take } = start();
  known.begin();
  see('a', 1, 'x');
  known.begin();
  const [asked = ''] = known.unseen();
  see('a', 7, 'y');
  known.forget(asked);
  expect(take()).toEqual(['a=x@1', 'a=y@7']);
});
