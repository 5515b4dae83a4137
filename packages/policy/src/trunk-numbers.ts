import type { AgentId, NumberId } from '@trunkline/contracts/ids';
import type { TrunkNumber } from '@trunkline/contracts/trunk';
import type { PolicyNumber, PolicyTrunk } from './policy.ts';

type Kept = Pick<TrunkNumber, 'id' | 'number' | 'agent'>;

const separator = '\n';
const fields = 3;

/**
 * The numbers of one trunk, in one text until a call asks for one of them: most trunks of a large installation are idle, and a
 * million small objects would be most of what the garbage collector walks through.
 */
export class TrunkNumbers {
  readonly trunk: PolicyTrunk;
  readonly #packed: string | undefined;
  #all: readonly PolicyNumber[] | undefined;

  constructor(trunk: PolicyTrunk, numbers: readonly Kept[]) {
    this.trunk = trunk;
    this.#packed = pack(numbers);
    if (this.#packed === undefined) this.#all = numbers.map(({ id, number, agent }) => ({ id, number, agent, trunk }));
  }

  /** In the order of the trunk; the same objects whenever asked. */
  get all(): readonly PolicyNumber[] {
    this.#all ??= unpack(this.#packed ?? '', this.trunk);
    return this.#all;
  }

  /** The numbers as the tenant gave them, in the order of the trunk. */
  get texts(): readonly string[] {
    if (this.#packed === undefined) return this.all.map(({ number }) => number);
    return this.#packed === '' ? [] : this.#packed.split(separator).filter((_, index) => index % fields === 1);
  }
}

/** Undefined when a number holds the separator. */
function pack(numbers: readonly Kept[]): string | undefined {
  const words: string[] = [];
  for (const { id, number, agent } of numbers) {
    if (number.includes(separator)) return undefined;
    words.push(id, number, agent ?? '');
  }
  return words.join(separator);
}

function unpack(packed: string, trunk: PolicyTrunk): readonly PolicyNumber[] {
  const words = packed === '' ? [] : packed.split(separator);
  return Array.from({ length: words.length / fields }, (_, index) => {
    const [id = '', number = '', agent = ''] = words.slice(index * fields, (index + 1) * fields);
    return { id: id as NumberId, number, agent: agent === '' ? null : (agent as AgentId), trunk };
  });
}
