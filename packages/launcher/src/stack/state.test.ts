import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds } from '@trunkline/runtime/ids';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockStack, stackHolder } from './lock.ts';
import { parseMetrics, sumOf } from './metrics.ts';
import { accountIn } from './postgres-user.ts';
import { argumentsOf } from './rtpengine.ts';
import { keepSecrets, readSecret, type SecretFiles, toBeShown } from './secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trunkline-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('makes each secret once, readable by its owner only', () => {
  const pathsOf = ({ natsPasswords, ...others }: SecretFiles) => [
    ...Object.values(others),
    ...Object.values(natsPasswords),
  ];
  const files = keepSecrets(join(folder, 'secrets'), randomIds);
  const before = pathsOf(files).map(readSecret);
  expect(pathsOf(keepSecrets(join(folder, 'secrets'), randomIds)).map(readSecret)).toEqual(before);
  expect(new Set(before).size).toBe(11);
  expect(readSecret(files.masterKey)).toMatch(/^[0-9a-f]{64}$/);
  for (const path of pathsOf(files)) expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('shows a secret once', () => {
  const { bootstrapToken } = keepSecrets(join(folder, 'secrets'), randomIds);
  expect([toBeShown(bootstrapToken), toBeShown(bootstrapToken)]).toEqual([true, false]);
});

it('takes a folder that nobody has or whose holder is dead, and gives it back', () => {
  writeFileSync(join(folder, 'launcher.pid'), '4194305');
  expect(stackHolder(folder)).toBeUndefined();
  const unlock = lockStack(folder);
  expect(unlock).toBeDefined();
  unlock?.();
  writeFileSync(join(folder, 'launcher.pid'), String(process.ppid));
  expect(stackHolder(folder)).toBe(process.ppid);
  expect(lockStack(folder)).toBeUndefined();
});

it('reads a Prometheus text', () => {
  const metrics = parseMetrics('# HELP x y\nx{a="1"} 2\nx{a="2"} 3\nxy 7\n\nz 1.5e3 1700000000\n');
  expect(metrics).toEqual({ 'x{a="1"}': 2, 'x{a="2"}': 3, xy: 7, z: 1_500 });
  expect([sumOf(metrics, 'x'), sumOf(metrics, 'y')]).toEqual([5, undefined]);
});

it('finds an account in /etc/passwd', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/sh\npostgres:x:105:113:PostgreSQL:/var/lib/postgresql:/bin/bash\n';
  expect(accountIn(passwd, 'postgres')).toEqual({ uid: 105, gid: 113 });
  expect(accountIn(passwd, 'post')).toBeUndefined();
});

it('reads the arguments of rtpengine', () => {
  expect(argumentsOf('# why\n--a=1\n\n  --b\n')).toEqual(['--a=1', '--b']);
});
