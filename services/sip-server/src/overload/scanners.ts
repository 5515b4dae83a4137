/** User-Agent values of programs that look for open servers and weak passwords, in lower case; the beginning is compared. */
export const SCANNERS: readonly string[] = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'sip-scan',
  'sipcli',
  'sipscan',
  'smap',
  'sundayddr',
  'pplsip',
  'iwar',
  'vaxsipuseragent',
];

/** An answer would only tell them that they have found something. */
export const isScanner = (user_agent: string | undefined, scanners: readonly string[]): boolean => {
  if (user_agent === undefined || scanners.length === 0) return false;
  const name = user_agent.toLowerCase();
  return scanners.some((scanner) => name.startsWith(scanner));
};
