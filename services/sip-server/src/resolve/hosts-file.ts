/** Addresses that the text of a hosts file gives a name, in its order. */
export function addressesInHosts(text: string, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const [address, ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    if (address !== undefined && names.some((one) => one.toLowerCase() === wanted)) found.push(address);
  }
  return found;
}
