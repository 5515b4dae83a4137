import { openContractSubject } from '../contract/open-contract-subject.ts';
import { storeContract } from '../contract/store-contract.ts';
import { createMemoryStore } from './memory-store.ts';

storeContract('memory', (accounts) => openContractSubject(createMemoryStore(), accounts));
