import type { Ids } from '@trunkline/runtime/ids';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ulidLength = 26;

/** Ids in a fixed order: the n-th ULID is n in Crockford's base 32, so they sort as they were made. `first` sets them apart. */
export function countingIds(first = 1): Ids {
  let count = first;
  return {
    ulid() {
      let rest = count++;
      let text = '';
      while (text.length < ulidLength) {
        text = crockford.charAt(rest % 32) + text;
        rest = Math.floor(rest / 32);
      }
      return text;
    },
    hex: (bytes) =>
      (count++)
        .toString(16)
        .padStart(bytes * 2, '0')
        .slice(-bytes * 2),
  };
}
