import type { GatewayTls } from '@trunkline/contracts/trunk';

/** How gateways are to be judged; absent: as the SIP server judges everybody, which is by chain and name (RFC 5922 §7). */
export interface JudgedBy {
  readonly gateway_tls?: GatewayTls | undefined;
}

/** Header of a request of ours by which the SIP server knows how to judge the far end's certificate; it is not sent. */
export function judgeBy({ gateway_tls }: JudgedBy): Record<string, string> {
  const text = judgeText({ gateway_tls });
  return text === '' ? {} : { 'Trunkline-TLS': text };
}

/** Equal for two that judge alike. */
export function judgeText({ gateway_tls }: JudgedBy): string {
  if (gateway_tls === undefined) return '';
  return gateway_tls.check === 'pin' ? `pin;sha256=${gateway_tls.sha256.join(',')}` : gateway_tls.check;
}
