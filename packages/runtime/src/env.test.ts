import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { faultText, readEnv } from './env.ts';
import { hostPortField, listenField, logLevelField, masterKeyField, natsUrlField, secretField } from './env-fields.ts';

const schema = z.object({
  SERVER: hostPortField('127.0.0.1:9022'),
  SECRET: secretField(),
  KEY: masterKeyField.optional(),
  LISTEN: listenField.default([{ transport: 'udp', host: '127.0.0.1', port: 5060 }]),
  NATS: natsUrlField,
  LEVEL: logLevelField,
});
const good = { SERVER: '127.0.0.1:9022', SECRET: 'long enough' };
const noFile = (): string => {
  throw new Error('ENOENT');
};
const faults = (source: Record<string, string>, readFile = noFile): string[] => {
  const result = readEnv(schema, source, readFile);
  return result.ok ? [] : result.faults.map(faultText);
};

describe('readEnv', () => {
  it('gives typed values and defaults', () => {
    const result = readEnv(schema, {
      ...good,
      LISTEN: 'udp/[::1]:5060;external=2001:db8::5, tls/sip.example:5061;external=203.0.113.5:443',
      KEY: '0f'.repeat(32),
      LEVEL: '',
    });
    expect(result).toEqual({
      ok: true,
      values: {
        SERVER: { host: '127.0.0.1', port: 9022 },
        SECRET: 'long enough',
        KEY: new Uint8Array(32).fill(15),
        LISTEN: [
          { transport: 'udp', host: '::1', port: 5060, external: { host: '2001:db8::5', port: 5060 } },
          { transport: 'tls', host: 'sip.example', port: 5061, external: { host: '203.0.113.5', port: 443 } },
        ],
        NATS: 'nats://127.0.0.1:4222',
        LEVEL: 'info',
      },
    });
  });
  it('lists every fault with its remedy', () => {
    expect(faults({ SERVER: 'nowhere', NATS: 'http://x', LEVEL: 'loud', KEY: 'abc', LISTEN: 'udp/x' })).toEqual([
      'SERVER is not valid (it is not host:port); set it to host:port, such as 127.0.0.1:9022',
      'SECRET is missing; set it to a secret of at least 8 characters, or name a file that holds it with the suffix _FILE',
      expect.stringMatching(/^KEY is not valid .*; set it to 64 hexadecimal digits/),
      expect.stringMatching(/^LISTEN is not valid .*; set it to a list such as udp/),
      expect.stringMatching(/^NATS is not valid .*; set it to the address of NATS/),
      'LEVEL is not valid (it is not a log level); set it to one of debug, info, warn, error, silent',
    ]);
  });
  it('never tells a value', () => {
    const secret = 'hunter2';
    const source = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, secret]));
    expect(faults(source)).toHaveLength(Object.keys(schema.shape).length);
    expect(faults(source).join()).not.toContain(secret);
  });
  it('reads a secret from a file, without its last line break', () => {
    const result = readEnv(schema, { SERVER: good.SERVER, SECRET_FILE: '/run/secret' }, (path) => `from ${path}\n`);
    expect(result.ok && result.values.SECRET).toBe('from /run/secret');
  });
  it('refuses a file that leaves doubt', () => {
    const source = { SERVER: good.SERVER, SECRET_FILE: '/run/secret' };
    const both = faults({ ...source, SECRET: good.SECRET }, () => 'x');
    expect(both).toEqual(['SECRET_FILE is set beside SECRET; set only one of the two']);
    expect(faults(source)).toEqual(['SECRET_FILE names a file that cannot be read; name a readable file']);
    const empty = faults(source, () => '\n');
    expect(empty).toEqual(['SECRET_FILE names an empty file; write the value into that file']);
  });
  it.each(['', ':5060', 'host', 'host:', 'host:65536', 'host:x', '[1.2.3.4]:5', '::1:5060', 'a b:1', 'user@host:1'])(
    'does not take %j for host:port',
    (text) => {
      expect(faults({ ...good, SERVER: text })).toHaveLength(1);
    },
  );
});
