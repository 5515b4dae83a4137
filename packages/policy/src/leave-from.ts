/** Header of a request of ours by which the SIP server knows which listener it is to leave from; it is not sent. */
export function leaveFrom({ fixed_address }: { readonly fixed_address: boolean }): Record<string, string> {
  return fixed_address ? { 'Trunkline-Listener': 'fixed' } : {};
}
