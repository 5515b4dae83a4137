import { describe, expect, it } from 'vitest';
import { readCodecs, writeCodecs } from './codecs.ts';

describe('readCodecs', () => {
  it.each([
    ['ulaw,alaw', 'all', ['PCMU', 'PCMA']],
    ['alaw,ulaw', 'all', ['PCMA', 'PCMU']],
    [' ULAW , pcma ', 'all', ['PCMU', 'PCMA']],
    ['g729,alaw,opus', 'all', ['PCMA']],
    ['ulaw,ulaw,pcmu', 'all', ['PCMU']],
    ['all', '', ['PCMU', 'PCMA']],
    ['all', 'ulaw', ['PCMA']],
    ['ulaw,alaw', 'ulaw', ['PCMA']],
    ['ulaw', 'g729', ['PCMU']],
    ['ulaw', 'all,ulaw', []],
    ['g729', 'all', []],
    ['', 'all', []],
    ['constructor,__proto__', 'all', []],
  ])('reads allow %j and disallow %j as %j', (allow, disallow, codecs) => {
    expect(readCodecs(allow, disallow)).toEqual(codecs);
  });

  it.each([[['PCMU']], [['PCMA', 'PCMU']]] as const)('reads back what it writes for %j', (codecs) => {
    const { allow, disallow } = writeCodecs(codecs);
    expect(readCodecs(allow, disallow)).toEqual(codecs);
  });
});
