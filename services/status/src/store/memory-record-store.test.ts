import { MemoryRecordStore } from './memory-record-store.ts';
import { describeRecordStore } from './record-store-contract.ts';

describeRecordStore('in memory', { open: async () => new MemoryRecordStore() });
