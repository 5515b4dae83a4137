import { networkInterfaces } from 'node:os';

const WILDCARDS: readonly string[] = ['0.0.0.0', '::'];

export const isWildcard = (address: string): boolean => WILDCARDS.includes(address);

/** The address that others reach us by: the bound one, or for a wildcard the first that is not loopback. */
export function advertisedAddress(bound: string, interfaces?: ReturnType<typeof networkInterfaces>): string {
  if (!isWildcard(bound)) return bound;
  const family = bound === '::' ? 'IPv6' : 'IPv4';
  for (const addresses of Object.values(interfaces ?? networkInterfaces())) {
    const found = addresses?.find((candidate) => candidate.family === family && !candidate.internal);
    if (found !== undefined) return found.address;
  }
  return family === 'IPv6' ? '::1' : '127.0.0.1';
}
