import type { TortureCase } from '../torture/torture-case.ts';
import { tortureCases } from '../torture/torture-cases.ts';

/** Every message of RFC 4475 and RFC 5118 with what the RFC asks and what comes of it. */
export function torturePage(): string {
  return [
    '# Torture messages',
    '',
    'Generated from `test/torture/`, whose test sends every message to the message layer, to the stream framer and to the UDP',
    'socket of a running SIP server with a drachtio-srf application on top. *Parser* is what the message layer says; *stream* what',
    'the framer cuts out of a connection; *answers* the status codes that come back over UDP. The messages are in',
    '`test/torture/messages/`, in the notation of RFC 4475 §2.',
    '',
    ...section('RFC 4475: Session Initiation Protocol (SIP) Torture Test Messages', tortureCases.rfc4475),
    ...section('RFC 5118: SIP Torture Test Messages for IPv6', tortureCases.rfc5118),
  ].join('\n');
}

function section(title: string, cases: readonly TortureCase[]): string[] {
  return [
    `## ${title}`,
    '',
    `${cases.length} messages.`,
    '',
    '| § | message | the RFC asks | parser | stream | answers | to the application | why |',
    '|---|---|---|---|---|---|---|---|',
    ...cases.map(row),
    '',
  ];
}

function row({ section, name, about, rfc, why, parser, stream, answers, delivered }: TortureCase): string {
  const cells = [
    section,
    `\`${name}\`: ${about}`,
    rfc,
    parser,
    stream.join(', ') || 'waits',
    answers.join(', ') || 'none',
    delivered ? 'yes' : 'no',
    why,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
}
