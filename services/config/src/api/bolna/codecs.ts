import type { Codec } from '@trunkline/contracts/trunk';

/** The dialect's codec names and others in use for the same ones, in lower case. */
const known: Readonly<Record<string, Codec>> = {
  ulaw: 'PCMU',
  mulaw: 'PCMU',
  pcmu: 'PCMU',
  g711u: 'PCMU',
  alaw: 'PCMA',
  pcma: 'PCMA',
  g711a: 'PCMA',
};
const written: Readonly<Record<Codec, string>> = { PCMU: 'ulaw', PCMA: 'alaw' };
const every: readonly Codec[] = ['PCMU', 'PCMA'];

function namesIn(list: string): readonly string[] {
  return list
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function codecsOf(name: string): readonly Codec[] {
  if (name === 'all') return every;
  const codec = Object.hasOwn(known, name) ? known[name] : undefined;
  return codec === undefined ? [] : [codec];
}

/**
 * The codecs of a trunk in the order of `allow`. Names of codecs that Trunkline does not speak are passed over. `all` in
 * `disallow` means all but the allowed ones; a codec that `disallow` names is not used, even where `allow` names it too.
 */
export function readCodecs(allow: string, disallow: string): readonly Codec[] {
  const wanted = new Set(namesIn(allow).flatMap(codecsOf));
  const refused = new Set(
    namesIn(disallow)
      .filter((name) => name !== 'all')
      .flatMap(codecsOf),
  );
  return [...wanted].filter((codec) => !refused.has(codec));
}

export function writeCodecs(codecs: readonly Codec[]): { readonly allow: string; readonly disallow: string } {
  return { allow: codecs.map((codec) => written[codec]).join(','), disallow: 'all' };
}
