import { type Trunk, trunkSchema, usualCallerIdentity } from '@trunkline/contracts/trunk';
import { expect, it } from 'vitest';
import { trunkDocument } from '../documents.ts';
import { sampleTrunk } from './sample.ts';
import { changed, drained, type Subject } from './subject.ts';

/** Every field that a trunk may be without. */
const settings = {
  over_limit: 'busy',
  caller_identity: { ...usualCallerIdentity, trusted: true, domain: 'carrier.example' },
  gateway_tls: { check: 'pin', sha256: ['ab'.repeat(32), '12'.repeat(32)] },
  fixed_address: true,
  registering: { expires_s: 600, retry_s: 30, contact_user: 'desk' },
} as const satisfies Partial<Trunk>;

export function settingsCases(subject: () => Subject): void {
  it('keeps every field that a trunk may be without', async () => {
    const { store, own } = subject();
    const optional = Object.entries(trunkSchema.shape).filter(([, field]) => field.safeParse(undefined).success);
    expect(optional.map(([name]) => name).sort()).toEqual(Object.keys(settings).sort());
    const plain = sampleTrunk(own);
    await store.createTrunk(plain);
    expect(await store.trunk(own, plain.trunk.id)).toStrictEqual(plain);
    const { media } = plain.trunk;
    const changing = changed({ ...(settings as unknown as Partial<Trunk>), media: { ...media, recording: true } });
    const result = await store.changeTrunk(own, plain.trunk.id, changing);
    const stored = await store.trunk(own, plain.trunk.id);
    expect(stored?.trunk).toStrictEqual({ ...plain.trunk, ...settings, media: { ...media, recording: true } });
    expect(result.ok && result.value).toEqual(stored);
  });

  it('publishes one text for one trunk, in whatever order its fields were set', async () => {
    const { store, own } = subject();
    const plain = sampleTrunk(own);
    await store.createTrunk(plain);
    for (const [name, value] of Object.entries(settings)) {
      const result = await store.changeTrunk(own, plain.trunk.id, changed({ [name]: value } as Partial<Trunk>));
      const documents = await drained(store);
      expect(documents.map(({ value: text }) => text)).toEqual([result.ok && trunkDocument(result.value.trunk).value]);
    }
  });
}
