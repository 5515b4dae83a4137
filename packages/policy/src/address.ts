import type { Cidr } from '@trunkline/contracts/cidr';
import ipaddr from 'ipaddr.js';

/** An address as a number that compares and shifts; an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 one. */
export type Address = { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint };

/** An {@link Address} with host bits zero, and how many of its leading bits count. */
export type Network = Address & { readonly length: number; readonly cidr: Cidr };

export type ParsedCidr =
  | { readonly kind: 'ok'; readonly network: Network }
  /** `message` is one sentence for people. */
  | { readonly kind: 'error'; readonly message: string };

const bitsOf = { 4: 32, 6: 128 } as const;
const mappedBits = 96;

/** Reads an IPv4 or IPv6 address, the latter with or without zone; undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  const ipv4 = ipv4Value(text);
  if (ipv4 !== undefined) return { family: 4, value: ipv4 };
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return fromBytes((address.isIPv4MappedAddress() ? address.toIPv4Address() : address).toByteArray());
}

/**
 * Reads `address/length` or a bare address, which is a network of one. Host bits are cleared, IPv4-mapped IPv6 networks
 * become IPv4 ones, and `cidr` is the canonical text.
 */
export function parseCidr(text: string): ParsedCidr {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  const host = slash < 0 ? trimmed : trimmed.slice(0, slash);
  const address = host.includes('%') ? undefined : parseAddress(host);
  if (address === undefined)
    return { kind: 'error', message: `"${trimmed}" is not an IPv4 or IPv6 address or network` };
  // A mapped address was written with 128 bits, of which the first 96 say only that it is mapped.
  const offset = address.family === 4 && host.includes(':') ? mappedBits : 0;
  const bits = bitsOf[address.family];
  const length = slash < 0 ? bits : prefixLength(trimmed.slice(slash + 1)) - offset;
  if (!(length >= 0 && length <= bits)) {
    const [least, most] = [offset, bits + offset];
    return { kind: 'error', message: `"${trimmed}" needs a prefix length from ${least} to ${most} after the slash` };
  }
  return { kind: 'ok', network: networkOf(address, length) };
}

/** The network of the first `length` bits of an address. */
export function networkOf(address: Address, length: number): Network {
  if (address.family === 4) {
    const value = length === 0 ? 0 : ((address.value >>> (32 - length)) << (32 - length)) >>> 0;
    return { family: 4, value, length, cidr: `${formatAddress({ family: 4, value })}/${length}` as Cidr };
  }
  const shift = BigInt(128 - length);
  const value = (address.value >> shift) << shift;
  return { family: 6, value, length, cidr: `${formatAddress({ family: 6, value })}/${length}` as Cidr };
}

/** IPv4 in dotted decimal, IPv6 as RFC 5952 says. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
  const bytes = Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(120 - 8 * index)) & 255n));
  return new ipaddr.IPv6(bytes).toRFC5952String();
}

/** NaN when it is no number. */
function prefixLength(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
}

const zero = 48;
const dot = 46;

/**
 * The value of four decimal parts. The library would also take `127.1`, `0x7f.0.0.1` and `010.0.0.1`, which mean different hosts to
 * different readers; and every address of every access list and request is read here, ten times as fast.
 */
function ipv4Value(text: string): number | undefined {
  let [value, part, digits, parts] = [0, 0, 0, 1];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (digits === 0 || parts === 4) return undefined;
      value = value * 256 + part;
      [part, digits] = [0, 0];
      parts += 1;
    } else {
      const digit = code - zero;
      if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return undefined;
      part = part * 10 + digit;
      digits += 1;
      if (part > 255) return undefined;
    }
  }
  return parts === 4 && digits > 0 ? value * 256 + part : undefined;
}

function fromBytes(bytes: readonly number[]): Address {
  if (bytes.length === 4) return { family: 4, value: bytes.reduce((sum, byte) => sum * 256 + byte, 0) };
  return { family: 6, value: BigInt(`0x${Buffer.from(bytes).toString('hex')}`) };
}
