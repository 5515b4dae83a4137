import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** RFC 1918, RFC 6598, RFC 3927; RFC 4193 and RFC 4291 §2.5.6: addresses that no other network can reach. */
const unreachable = new BlockList();
unreachable.addSubnet('10.0.0.0', 8);
unreachable.addSubnet('172.16.0.0', 12);
unreachable.addSubnet('192.168.0.0', 16);
unreachable.addSubnet('100.64.0.0', 10);
unreachable.addSubnet('169.254.0.0', 16);
unreachable.addSubnet('fc00::', 7, 'ipv6');
unreachable.addSubnet('fe80::', 10, 'ipv6');

/** False for what is not an IP address. */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return unreachable.check(address);
  return isIPv6(address) && unreachable.check(address, 'ipv6');
}
