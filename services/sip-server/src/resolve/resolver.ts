/** The part of the DNS that we ask. Each method gives an empty list where there is nothing, and never rejects. */
export interface Resolver {
  /** By rising priority, and within one by falling weight (RFC 2782, without the dice). */
  srv(name: string): Promise<readonly { readonly name: string; readonly port: number }[]>;
  /** A and AAAA records, and what the hosts file says. */
  addresses(name: string): Promise<readonly string[]>;
}
