import { z } from 'zod';

/** `address/prefix` in canonical text, IPv4 or IPv6, host bits zero: `203.0.113.0/24`, `2001:db8::/32`. */
export const cidrSchema = z.union([z.cidrv4(), z.cidrv6()]).brand<'Cidr'>();
export type Cidr = z.infer<typeof cidrSchema>;
