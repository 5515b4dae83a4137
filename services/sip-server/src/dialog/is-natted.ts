import { ipFamily } from '../transport/ip-family.ts';

/** RFC 1918, RFC 6598 and link-local addresses: those that mean nothing outside their own network. */
export function isPrivateAddress(address: string): boolean {
  if (address.includes(':')) return /^(f[cd]|fe[89ab])/i.test(address);
  if (address.startsWith('10.') || address.startsWith('192.168.') || address.startsWith('169.254.')) return true;
  if (address.startsWith('172.')) return isBetween(secondNumber(address), 16, 31);
  return address.startsWith('100.') && isBetween(secondNumber(address), 64, 127);
}

/** Of an address whose first number has three digits. */
const secondNumber = (address: string): number => Number(address.slice(4, address.indexOf('.', 4)));

const isBetween = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/**
 * Whether a peer's Contact cannot be reached from here: a private address, sent from a public one. A public Contact is
 * believed, also when it is not the source: carriers answer from one address and take requests at another.
 */
export function isNatted(contact_host: string, source_address: string): boolean {
  if (ipFamily(contact_host) === 0) return false;
  return isPrivateAddress(contact_host) && !isPrivateAddress(source_address) && !isLoopback(source_address);
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
