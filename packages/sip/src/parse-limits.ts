export interface ParseLimits {
  /** Start line and header fields, bytes. */
  readonly head_bytes: number;
  readonly body_bytes: number;
  /** Header lines, malformed ones included. */
  readonly header_fields: number;
  /** One header field with its name and its continuation lines. */
  readonly field_characters: number;
}

/** A UDP datagram holds 65,507 bytes; nothing that calls need comes near these. */
export const DEFAULT_PARSE_LIMITS: ParseLimits = {
  head_bytes: 65_535,
  body_bytes: 262_144,
  header_fields: 256,
  field_characters: 16_384,
};
