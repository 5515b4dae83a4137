import type { Metrics } from '@trunkline/runtime/metrics';
import type { TrunkKeeper } from './trunk-keeper.ts';

export function keeperMetrics(metrics: Metrics, keeper: Pick<TrunkKeeper, 'counts'>): void {
  metrics.gauge({
    name: 'trunkline_registrations',
    help: 'Registrations of this edge by phase',
    labels: ['phase'],
    collect: (set) => {
      for (const [phase, count] of keeper.counts().registrations) set(count, { phase });
    },
  });
  metrics.gauge({
    name: 'trunkline_trunks_owned',
    help: 'Trunks that this edge registers or probes',
    collect: (set) => set(keeper.counts().owned),
  });
  metrics.gauge({
    name: 'trunkline_gateways_probed',
    help: 'Gateways that this edge asks with OPTIONS',
    collect: (set) => set(keeper.counts().probed),
  });
}
