/** RFC 3403 §4.1, as far as SIP asks for it. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  /** `SIP+D2U`, `SIP+D2T`, `SIPS+D2T`. */
  readonly service: string;
  /** The name to ask SRV for. */
  readonly replacement: string;
}

/** RFC 2782. */
export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** The part of the DNS that we ask. Each method gives an empty list where there is nothing, and never rejects. */
export interface Resolver {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** A and AAAA records, and what the hosts file says. */
  addresses(name: string): Promise<readonly string[]>;
}
