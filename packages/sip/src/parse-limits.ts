export interface ParseLimits {
  /** Start line and header fields, bytes. */
  readonly head_bytes: number;
  readonly body_bytes: number;
  readonly header_fields: number;
}

/** A UDP datagram holds 65,507 bytes; nothing that calls need comes near these. */
export const DEFAULT_PARSE_LIMITS: ParseLimits = { head_bytes: 65_535, body_bytes: 262_144, header_fields: 256 };
