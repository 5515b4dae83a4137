import { ipFamily } from '../transport/ip-family.ts';

/** RFC 1918, RFC 6598 and link-local addresses: those that mean nothing outside their own network. */
export function isPrivateAddress(address: string): boolean {
  if (address.includes(':')) return /^(f[cd]|fe[89ab])/i.test(address);
  const [first = 0, second = 0] = address.split('.').map(Number);
  if (first === 10 || (first === 192 && second === 168)) return true;
  if (first === 172) return second >= 16 && second <= 31;
  return (first === 100 && second >= 64 && second <= 127) || (first === 169 && second === 254);
}

/**
 * Whether a peer's Contact cannot be reached from here: a private address, sent from a public one. A public Contact is
 * believed, also when it is not the source: carriers answer from one address and take requests at another.
 */
export function isNatted(contact_host: string, source_address: string): boolean {
  if (ipFamily(contact_host) === 0) return false;
  return isPrivateAddress(contact_host) && !isPrivateAddress(source_address) && !isLoopback(source_address);
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
