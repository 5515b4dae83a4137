import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { type Sealed, sealedSchema } from '@trunkline/contracts/sealed';

/** Seals and opens secrets under the data keys of accounts, which come from the master keys. */
export interface Sealer {
  /**
   * `context` names the owner, and the seal opens under that context only: a sealed secret that is copied to another owner's
   * row is worthless there. See {@link sealContext}.
   */
  seal(secret: string, context: string): Sealed;
  /** Undefined when the seal is broken, of another context or of a key that is not here. Never says which. */
  open(sealed: Sealed, context: string): string | undefined;
  /** What every seal under the present master key begins with. Others are to be sealed again before their key is given up. */
  readonly current: string;
}

const algorithm = 'aes-256-gcm';
const key_bytes = 32;
/** NIST SP 800-38D §8.2: 96 bits. At random (§8.2.2) one key may seal 2^32 secrets. */
const nonce_bytes = 12;
const tag_bytes = 16;
const keyId_characters = 8;

/** The context of a secret that belongs to one thing of one account. */
export function sealContext(account: string, owner: string): string {
  return `${account}/${owner}`;
}

/** Seals under the first key and opens under any: a key is changed by putting the new one in front. */
export function createSealer(keys: readonly Uint8Array[]): Sealer {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const first = keys[0];
  if (first === undefined) throw new TypeError('no master key');
  const currentId = keyId(first);
  const dataKeys = new Map<string, Uint8Array>();
  const keyOf = (version: string, id: string, context: string): Uint8Array | undefined => {
    const master = byId.get(id);
    if (master === undefined || version === 'v1') return master;
    if (version !== 'v2') return undefined;
    const account = context.split('/', 1)[0] ?? '';
    const name = `${id}/${account}`;
    const known = dataKeys.get(name);
    if (known !== undefined) return known;
    const made = dataKey(master, account);
    if (dataKeys.size >= maxDataKeys) dataKeys.clear();
    dataKeys.set(name, made);
    return made;
  };
  return {
    current: `v2.${currentId}.`,
    seal(secret, context) {
      // Not from Ids: a nonce that a test could count would void every seal (SP 800-38D §8).
      const nonce = randomBytes(nonce_bytes);
      const key = keyOf('v2', currentId, context) ?? first;
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(additionalData('v2', currentId, context));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return sealedSchema.parse(`v2.${currentId}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`);
    },
    open(sealed, context) {
      const [version = '', id = '', nonce = '', text = ''] = sealed.split('.');
      const key = keyOf(version, id, context);
      const bytes = Buffer.from(text, 'base64url');
      const iv = Buffer.from(nonce, 'base64url');
      if (key === undefined || iv.length !== nonce_bytes || bytes.length < tag_bytes) return undefined;
      const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tag_bytes });
      decipher.setAAD(additionalData(version, id, context)).setAuthTag(bytes.subarray(-tag_bytes));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(0, -tag_bytes)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/** The first characters of the key's hash: tells keys apart, and nothing about the key. */
function keyId(key: Uint8Array): string {
  if (key.length !== key_bytes) throw new TypeError(`a master key has ${key_bytes} bytes`);
  return createHash('sha256').update('trunkline key id').update(key).digest('base64url').slice(0, keyId_characters);
}

/** Data keys remembered; when full, all are forgotten. */
const maxDataKeys = 10_000;

/**
 * RFC 5869: each account has a key of its own, which tells nothing about the master key or another account's. It is derived, so
 * there is none to lose and none to hand out.
 */
function dataKey(master: Uint8Array, account: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, account, 'trunkline data key', key_bytes));
}

function additionalData(version: string, id: string, context: string): Buffer {
  return Buffer.from(`${version}.${id}.${context}`, 'utf8');
}
