import { expect, it } from 'vitest';
import { digestAlgorithmsField } from './digest-algorithms-field.ts';

it.each([
  [undefined, ['MD5']],
  ['sha-256, md5', ['SHA-256', 'MD5']],
  ['MD5,SHA-256', ['MD5', 'SHA-256']],
  ['SHA-256', ['SHA-256']],
])('reads %s', (text, algorithms) => {
  expect(digestAlgorithmsField.parse(text)).toEqual(algorithms);
});

it.each(['', 'MD5,', 'MD5,MD5', 'SHA-512-256', 'MD5-sess', 'MD5;SHA-256'])('refuses "%s"', (text) => {
  expect(digestAlgorithmsField.safeParse(text).success).toBe(false);
});
