import type { Instant } from '@trunkline/contracts/time';
import type { StoredTrunk, TrunkStore } from '../store.ts';
import type { MemoryState } from './memory-state.ts';
import { pageOf } from './page-of.ts';

export function memoryTrunks(state: MemoryState, demandPrepared: () => void): TrunkStore {
  const ofAccount = (account: string) => [...state.trunks.values()].filter(({ trunk }) => trunk.account === account);
  const stamp = ({ trunk }: StoredTrunk): { created_at: Instant; id: string } => trunk;
  return {
    async trunk(account, id) {
      demandPrepared();
      return ofAccount(account).find(({ trunk }) => trunk.id === id);
    },
    async trunkByShortId(account, short_id) {
      demandPrepared();
      return ofAccount(account).find((stored) => stored.short_id === short_id);
    },
    async trunks(account, { is_active, ...page }) {
      demandPrepared();
      const wanted = ofAccount(account).filter(({ trunk }) => is_active === undefined || trunk.is_active === is_active);
      return pageOf(wanted, stamp, page);
    },
    async numberHolder(account, id) {
      demandPrepared();
      return ofAccount(account).find(({ trunk }) => trunk.numbers.some((number) => number.id === id))?.trunk.id;
    },
  };
}
