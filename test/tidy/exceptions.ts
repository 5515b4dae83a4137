/** Where a rule does not hold, and why. One that is no longer needed fails the test. */
export const exceptions: readonly { readonly rule: string; readonly path: string; readonly reason: string }[] = [
  {
    rule: 'chance only through ids',
    path: 'packages/runtime/src/seal.ts',
    reason: 'a nonce of AES-GCM that could be counted would void every seal, so it is no parameter',
  },
];
