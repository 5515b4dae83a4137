import { causes, causeTable, reasonHeader } from '@trunkline/contracts/causes';

/** Every cause with what it looks like on the wire, in the record and in the log. */
export function causesPage(): string {
  return [
    '# Causes',
    '',
    'Generated from `packages/contracts/src/causes.ts`. A cause has one name everywhere: in the response to the caller, in the',
    'Reason header (RFC 3326), in the record, in the metric `trunkline_attempts_total` and in the log. The status is the one that',
    'the caller hears when it has heard no final response yet; where the far end spoke of the callee, its own status is passed on.',
    '',
    `Example of a Reason header: \`${reasonHeader('callee-busy')}\``,
    '',
    '| cause | SIP status | Q.850 | text | log level | Retry-After, s |',
    '|---|---|---|---|---|---|',
    ...causes.map((cause) => {
      const { status, q850, text, level, retry_after_s } = causeTable[cause];
      return `| \`${cause}\` | ${status} | ${q850} | ${text} | ${level} | ${retry_after_s ?? ''} |`;
    }),
    '',
  ].join('\n');
}
