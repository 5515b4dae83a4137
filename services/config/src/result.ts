/** An outcome that is expected either way. */
export type Result<Value, Fault> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

export function accept<Value>(value: Value): Result<Value, never> {
  return { ok: true, value };
}

export function refuse<Fault>(fault: Fault): Result<never, Fault> {
  return { ok: false, fault };
}
