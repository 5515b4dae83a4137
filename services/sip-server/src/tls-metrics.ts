import type { Metrics } from '@trunkline/runtime/metrics';
import type { TlsEvents } from './transport/tls-events.ts';
import type { TlsStore, TlsStoreEvents } from './transport/tls-store.ts';

export function createTlsEvents(metrics: Metrics): TlsEvents & TlsStoreEvents {
  const handshakes = metrics.counter({
    name: 'trunkline_sip_tls_handshakes_total',
    help: 'TLS handshakes by direction: done, failed, refused (certificate of the far end), limited (too many of one source).',
    labels: ['direction', 'outcome'],
  });
  const reloads = metrics.counter({
    name: 'trunkline_sip_tls_reloads_total',
    help: 'Times that the certificate files were looked at again: changed, unchanged, refused (the ones before stay).',
    labels: ['outcome'],
  });
  return {
    handshake: (direction, outcome) => handshakes.add(1, { direction, outcome }),
    reloaded: (outcome) => reloads.add(1, { outcome }),
  };
}

export function declareTlsGauges(metrics: Metrics, store: TlsStore, halfOpen: () => number): void {
  metrics.gauge({
    name: 'trunkline_sip_tls_certificate_expiry_timestamp_seconds',
    help: 'When each of our certificates expires, in seconds since 1970.',
    labels: ['file'],
    collect: (set) => {
      for (const { file, valid_to_ms } of store.certificates) set(valid_to_ms / 1_000, { file });
    },
  });
  metrics.gauge({
    name: 'trunkline_sip_tls_half_open',
    help: 'Connections whose TLS handshake is not done.',
    collect: (set) => set(halfOpen()),
  });
}
