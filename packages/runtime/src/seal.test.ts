import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { type Sealed, sealedSchema } from '@trunkline/contracts/sealed';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, sealContext } from './seal.ts';

const keyA = new Uint8Array(32).fill(7);
const keyB = new Uint8Array(32).fill(9);
const context = sealContext('account', 'trunk');

function partsOf(sealed: Sealed) {
  const [version, id, nonce = '', text = ''] = sealed.split('.');
  const bytes = Buffer.from(text, 'base64url');
  return {
    nonce: Buffer.from(nonce, 'base64url'),
    ciphertext: bytes.subarray(0, -16),
    tag: bytes.subarray(-16),
    aad: Buffer.from(`${version}.${id}.${context}`),
  };
}

describe('a sealed secret', () => {
  const sealer = createSealer([keyA]);

  it('opens to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, owner) => {
        const sealed = sealer.seal(secret, owner);
        expect(sealedSchema.safeParse(sealed).success).toBe(true);
        expect(sealer.open(sealed, owner)).toBe(secret);
      }),
    );
  });
  it('differs each time and does not contain the secret', () => {
    const sealed = sealer.seal('carrier-password', context);
    expect(sealed).not.toBe(sealer.seal('carrier-password', context));
    expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString('latin1')).not.toContain('carrier');
  });
  it('does not open for another owner or under another key', () => {
    const sealed = sealer.seal('carrier-password', context);
    expect(sealer.open(sealed, sealContext('account', 'other'))).toBeUndefined();
    expect(createSealer([keyB]).open(sealed, context)).toBeUndefined();
  });
  it('does not open after any one character was changed', () => {
    const sealed = sealer.seal('pw', context);
    for (let index = 0; index < sealed.length; index++) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
      // The last character of a base64url part may carry bits that mean nothing.
      if (sameBytes(changed, sealed)) continue;
      expect(sealer.open(sealedSchema.parse(asSealed(changed)), context)).toBeUndefined();
    }
  });
  it('does not open when it is cut short', () => {
    const [version, id, nonce] = sealer.seal('', context).split('.');
    for (const text of ['AA', 'AAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAA']) {
      expect(sealer.open(sealedSchema.parse(`${version}.${id}.${nonce}.${text}`), context)).toBeUndefined();
      expect(sealer.open(sealedSchema.parse(`${version}.${id}.AA.${text}`), context)).toBeUndefined();
    }
  });
  it('opens under an old key after a new one was put in front', () => {
    const sealed = sealer.seal('pw', context);
    const changed = createSealer([keyB, keyA]);
    expect(changed.open(sealed, context)).toBe('pw');
    expect(createSealer([keyB]).open(changed.seal('pw', context), context)).toBe('pw');
  });
  it('says whether it is under the present key', () => {
    const changed = createSealer([keyB, keyA]);
    expect(sealer.seal('pw', context).startsWith(changed.current)).toBe(false);
    expect(changed.seal('pw', context).startsWith(changed.current)).toBe(true);
  });
  it('opens when it was sealed under the master key itself, as version 1 was', () => {
    const nonce = Buffer.alloc(12, 1);
    const id = sealer.current.split('.')[1];
    const cipher = createCipheriv('aes-256-gcm', keyA, nonce).setAAD(Buffer.from(`v1.${id}.${context}`));
    const text = Buffer.concat([cipher.update('pw'), cipher.final(), cipher.getAuthTag()]);
    const sealed = sealedSchema.parse(`v1.${id}.${nonce.toString('base64url')}.${text.toString('base64url')}`);
    expect(sealer.open(sealed, context)).toBe('pw');
  });
  it('is under a key of its account: not the master key, not another account’s', () => {
    const { ciphertext, nonce, tag, aad } = partsOf(sealer.seal('pw', context));
    const opens = (key: Uint8Array) => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
      decipher.setAAD(aad).setAuthTag(tag);
      decipher.update(ciphertext);
      return decipher.final();
    };
    const keyOf = (account: string) => new Uint8Array(hkdfSync('sha256', keyA, account, 'trunkline data key', 32));
    expect(() => opens(keyA)).toThrow();
    expect(() => opens(keyOf('other'))).toThrow();
    expect(opens(keyOf('account'))).toHaveLength(0);
  });
  it('needs keys of 32 bytes', () => {
    expect(() => createSealer([])).toThrow(TypeError);
    expect(() => createSealer([new Uint8Array(16)])).toThrow(TypeError);
  });
});

function sameBytes(one: string, other: string): boolean {
  const bytes = (text: string): string =>
    text
      .split('.')
      .map((part, index) => (index < 2 ? part : Buffer.from(part, 'base64url').toString('hex')))
      .join('.');
  return bytes(one) === bytes(other);
}

/** What the schema would refuse never reaches the sealer by its types; the sealer is tried on it all the same. */
function asSealed(text: string): string {
  return sealedSchema.safeParse(text).success ? text : 'v1.x.x.x';
}
