/** Two numbers that differ only by a leading `+` are the same number. */
export function numberKey(number: string): string {
  return number.startsWith('+') ? number.slice(1) : number;
}
