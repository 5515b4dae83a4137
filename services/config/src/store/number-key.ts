import { keyOf, readNumberText } from '@trunkline/policy/number-text';

/** The key under which admission will look the number up: two numbers with one key are one number. */
export function numberKey(number: string): string {
  return keyOf(readNumberText(number).text);
}
