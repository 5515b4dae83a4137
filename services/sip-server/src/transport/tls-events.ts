/** What TLS connections tell of themselves, for metrics. */
export interface TlsEvents {
  handshake(direction: 'in' | 'out', outcome: 'done' | 'failed' | 'refused' | 'limited'): void;
}
