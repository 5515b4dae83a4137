import { readdirSync } from 'node:fs';
import { formatMessage } from '@trunkline/sip/format-message';
import { parseMessage } from '@trunkline/sip/parse-message';
import { describe, expect, it } from 'vitest';
import { classify, cut, readOut } from './read-message.ts';
import { torture } from './server-under-torture.ts';
import { tortureCases, tortureMessage, tortureRfcs } from './torture-cases.ts';

describe.each(tortureRfcs)('%s', (rfc) => {
  const cases = tortureCases[rfc];

  it('has a case for every message, and none twice', () => {
    const files = readdirSync(new URL(`./messages/${rfc}/`, import.meta.url)).map((file) => file.replace(/\.txt$/, ''));
    expect(cases.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
    expect(cases).toHaveLength(rfc === 'rfc4475' ? 49 : 12);
  });

  it.each(cases)('$section $name: $about', async ({ name, parser, stream, reads, answers, delivered }) => {
    const bytes = tortureMessage(rfc, name);
    expect(classify(bytes)).toBe(parser);
    expect(cut(bytes)).toEqual(stream);
    for (const [what, expected] of Object.entries(reads ?? {}))
      expect([what, readOut(bytes, what)]).toEqual([what, expected]);
    const observed = await torture(bytes);
    expect(observed.answers).toEqual(answers);
    expect(observed.delivered).toHaveLength(delivered ? 1 : 0);
  });

  it.each(cases.filter(({ parser }) => parser === 'ok'))('$name written again says the same', ({ name }) => {
    const first = parseMessage(tortureMessage(rfc, name));
    if (!first.ok) throw new Error(first.reason);
    const again = parseMessage(formatMessage(first.message));
    if (!again.ok) throw new Error(again.reason);
    const said = ({ headers, raw: _, plain: __, ...rest }: typeof first.message) => ({
      ...rest,
      fields: [...headers].filter(({ key }) => key !== 'content-length'),
    });
    expect(said(again.message)).toEqual(said(first.message));
  });
});
