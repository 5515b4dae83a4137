import type { RegisterRequest } from '@trunkline/policy/registrar-update';

/** A REGISTER that came in, parsed once. Null in `request`: it cannot be read. */
export interface IncomingRegister {
  readonly address: string;
  /** User part of To. */
  readonly to_user: string | null;
  readonly authorization: string | null;
  readonly request: RegisterRequest | null;
  /** The source is to be banned for so many seconds at the SIP server, with the refusal that follows. */
  ban?(seconds: number): void;
  /** 401 with one WWW-Authenticate each (RFC 3261 §22.1). */
  challenge(www_authenticate: readonly string[]): void;
  respond(status: number, reason: string, headers: Readonly<Record<string, string>>): void;
}
