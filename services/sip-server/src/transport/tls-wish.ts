import type { FarEndCheck, TlsDestination } from './tls-settings.ts';

/** How an application wants the certificate of a far end to be judged; it comes with the request, and stays with its dialog. */
export interface TlsWish {
  readonly check: FarEndCheck;
  /** For `pin`, as {@link TlsDestination} has them. */
  readonly sha256: readonly string[];
}

const MOST_PINS = 8;
const PIN = /^[0-9a-f]{64}$/;

/** `verify`, `off`, or `pin;sha256=<hex>,<hex>`. A wish that cannot be read must not end in less than was wished for. */
export function readTlsWish(value: string): TlsWish | undefined {
  if (value === 'verify' || value === 'off') return { check: value, sha256: [] };
  const [check, list = '', ...rest] = value.split(';');
  if (check !== 'pin' || rest.length > 0 || !list.startsWith('sha256=')) return undefined;
  const sha256 = list.slice('sha256='.length).split(',');
  return sha256.length <= MOST_PINS && sha256.every((pin) => PIN.test(pin)) ? { check, sha256 } : undefined;
}

/** The wish says how to judge; what a destination is shown, called and vouched for by is the operator's to say. */
export function withWish(rule: TlsDestination, wish: TlsWish | undefined): TlsDestination {
  return wish === undefined ? rule : { ...rule, check: wish.check, sha256: wish.sha256 };
}

/** Connections that were judged otherwise are other connections. */
export const wishKey = (wish: TlsWish | undefined): string =>
  wish === undefined ? '' : `${wish.check} ${wish.sha256.join(' ')}`;
