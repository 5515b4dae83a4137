import type { RegisterRequest } from '@trunkline/policy/registrar-update';

/** A REGISTER that came in, parsed once. Null in `request`: it cannot be read. */
export interface IncomingRegister {
  readonly address: string;
  /** User part of To. */
  readonly to_user: string | null;
  readonly authorization: string | null;
  readonly request: RegisterRequest | null;
  respond(status: number, reason: string, headers: Readonly<Record<string, string>>): void;
}
