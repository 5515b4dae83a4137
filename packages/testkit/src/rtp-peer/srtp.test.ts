import { expect, it } from 'vitest';
import { formatRtp } from './rtp-packet.ts';
import { createSrtp, deriveSessionKeys, masterLength, type SrtpSuite, srtpSuites } from './srtp.ts';

const suites = Object.keys(srtpSuites) as SrtpSuite[];
const packet = (sequence: number, payload: Uint8Array = Buffer.from('hello, world')) =>
  formatRtp({ payload_type: 0, marker: false, sequence, timestamp: 160, ssrc: 0xcafebabe, payload });
const master = (suite: SrtpSuite, fill = 7) => Buffer.alloc(masterLength(suite), fill);

it('derives the keys of RFC 3711 §B.3', () => {
  const keys = deriveSessionKeys(Buffer.from('E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6', 'hex'));
  expect(keys.encryption.toString('hex')).toBe('c61e7a93744f39ee10734afe3ff7a087');
  expect(keys.salt.toString('hex')).toBe('30cbbc08863d8c85d49db34a9ae1');
  expect(keys.authentication.toString('hex')).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4');
});

it('derives the keys of RFC 6188 §7.2', () => {
  const keys = deriveSessionKeys(
    Buffer.from('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b63b04803de51ee7c96423ab5b78d2', 'hex'),
  );
  expect(keys.encryption.toString('hex')).toBe('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4');
  expect(keys.salt.toString('hex')).toBe('fa31791685ca444a9e07c6c64e93');
  expect(keys.authentication.toString('hex')).toBe('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05');
});

it.each(suites)('%s: what is protected is hidden, authentic, and comes back', (suite) => {
  const [sender, receiver] = [createSrtp(suite, master(suite)), createSrtp(suite, master(suite))];
  const protectedPacket = sender.protect(packet(1));
  expect(protectedPacket.length).toBe(packet(1).length + srtpSuites[suite].tag);
  expect(protectedPacket.includes('hello')).toBe(false);
  expect(receiver.unprotect(protectedPacket)).toEqual(packet(1));

  const changed = Buffer.from(protectedPacket);
  changed.writeUInt8(changed.readUInt8(14) ^ 1, 14);
  expect(receiver.unprotect(changed)).toBeUndefined();
  expect(createSrtp(suite, master(suite, 8)).unprotect(protectedPacket)).toBeUndefined();
});

it('goes on over a roll-over of the sequence number, with late packets before it', () => {
  const suite = 'AES_CM_128_HMAC_SHA1_80';
  const [sender, receiver] = [createSrtp(suite, master(suite)), createSrtp(suite, master(suite))];
  const sent = [65_534, 65_535, 0, 1].map((sequence) => sender.protect(packet(sequence)));
  for (const at of [0, 2, 1, 3]) expect(receiver.unprotect(sent[at] ?? Buffer.alloc(0))).toBeDefined();
});

it.each([0, 5, 12, 20])('refuses %i octets of nothing', (length) => {
  expect(
    createSrtp('AES_CM_128_HMAC_SHA1_80', master('AES_CM_128_HMAC_SHA1_80')).unprotect(Buffer.alloc(length)),
  ).toBeUndefined();
});
