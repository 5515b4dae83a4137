import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMessage } from './format-message.ts';
import { Headers } from './headers.ts';
import { sipRequest, sipResponse } from './message.ts';
import { parseDraft } from './parse-draft.ts';
import { DEFAULT_PARSE_LIMITS } from './parse-limits.ts';
import { parseMessage } from './parse-message.ts';

const INVITE = [
  'INVITE sip:bob@biloxi.example SIP/2.0',
  'v: SIP/2.0/UDP pc33.atlanta.example;branch=z9hG4bK776asdhds',
  'Max-Forwards: 70',
  't: Bob <sip:bob@biloxi.example>',
  'From : "Alice, A." <sip:alice@atlanta.example>;tag=1928301774',
  'i: a84b4c76e66710@pc33.atlanta.example',
  'CSEQ: 314159 INVITE',
  'Subject: one',
  '  two',
  '\tthree',
  'X-Own-Thing:kept as it is',
  'Content-Length: 4',
  '',
  'v=0\n',
].join('\r\n');

const without = (line: RegExp, text = INVITE): string =>
  text
    .split('\r\n')
    .filter((part) => !line.test(part))
    .join('\r\n');

const read = (text: string) => parseMessage(Buffer.from(text, 'utf8'));

describe('parseMessage', () => {
  it('reads compact forms, any case, folded lines and keeps unknown names as written', () => {
    const result = read(INVITE);
    if (!result.ok || result.message.kind !== 'request') throw new Error('not read');
    const { method, uri, headers, body } = result.message;
    expect(result.message.plain).toBe(false);
    expect([method, uri, body.toString()]).toEqual(['INVITE', 'sip:bob@biloxi.example', 'v=0\n']);
    expect(headers.get('VIA')).toBe('SIP/2.0/UDP pc33.atlanta.example;branch=z9hG4bK776asdhds');
    expect(headers.get('call-id')).toBe('a84b4c76e66710@pc33.atlanta.example');
    expect(headers.get('s')).toBe('one two three');
    expect([...headers].map((field) => field.name)).toContain('X-Own-Thing');
    expect([...headers].map((field) => field.name)).toContain('CSeq');
  });

  it('refuses a request without Via, and cannot answer it', () => {
    const result = read(without(/^v:/));
    expect(result).toMatchObject({ ok: false, status: 400, reason: 'Via is missing' });
    expect('answerable' in result).toBe(false);
  });

  it.each([
    ['To', /^t:/, 'To is missing'],
    ['From', /^From/, 'From is missing'],
    ['Call-ID', /^i:/, 'Call-ID is missing'],
    ['CSeq', /^CSEQ/, 'CSeq is missing'],
  ] as const)('refuses a request without %s, and can answer it with what there is', (_name, line, reason) => {
    expect(read(without(line))).toMatchObject({ ok: false, status: 400, reason, answerable: { method: 'INVITE' } });
  });

  it.each([
    ['a body that is cut off', INVITE.replace('Length: 4', 'Length: 5'), 400, 'body shorter than Content-Length'],
    ['a negative length', INVITE.replace('Length: 4', 'Length: -1'), 400, 'malformed Content-Length'],
    [
      'a CSeq of another method',
      INVITE.replace('314159 INVITE', '314159 BYE'),
      400,
      'CSeq method is not that of the request',
    ],
    ['a CSeq of 2^31', INVITE.replace('314159', '2147483648'), 400, 'CSeq number is too large'],
    ['another version', INVITE.replace('example SIP/2.0', 'example SIP/3.0'), 505, 'SIP version is not 2.0'],
    ['a field name with a space', INVITE.replace('X-Own-Thing', 'X Own'), 400, 'malformed header field'],
    ['a line without colon', INVITE.replace('X-Own-Thing:kept', 'kept'), 400, 'malformed header field'],
    ['two From', INVITE.replace('X-Own-Thing:kept', 'f: <sip:x@y>;tag=1'), 400, 'more than one From'],
  ])('answers %s', (_what, text, status, reason) => {
    expect(read(text)).toMatchObject({ ok: false, status, reason, answerable: { kind: 'request', method: 'INVITE' } });
  });

  it.each([
    ['no end of the head', INVITE.slice(0, 300).trimEnd()],
    ['a space in the Request-URI', INVITE.replace('bob@biloxi.example SIP', 'bob @biloxi.example SIP')],
    [
      'angle brackets around the Request-URI',
      INVITE.replace('sip:bob@biloxi.example SIP', '<sip:bob@biloxi.example> SIP'),
    ],
    ['a lone line feed', INVITE.replace('\r\nMax', '\nMax')],
    ['a lone carriage return', INVITE.replace('kept as', 'kept\ras')],
    ['nothing', ''],
    ['a keep-alive', '\r\n\r\n'],
  ])('refuses %s', (_what, text) => {
    expect(read(text).ok).toBe(false);
  });

  it('discards what a datagram holds behind the body, RFC 3261 §18.3', () => {
    const result = read(`\r\n${INVITE}surplus`);
    if (!result.ok) throw new Error(result.reason);
    expect(result.message.body.toString()).toBe('v=0\n');
    expect(result.message.raw?.toString()).toBe(INVITE);
  });

  it('holds the limits', () => {
    const limits = { ...DEFAULT_PARSE_LIMITS, head_bytes: 600, body_bytes: 3 };
    expect(parseMessage(Buffer.from(INVITE), limits)).toMatchObject({ ok: false, status: 413 });
    expect(parseMessage(Buffer.from(INVITE), { ...limits, head_bytes: 100 })).toMatchObject({ ok: false, status: 513 });
    const long = { ok: false, status: 513 };
    expect(parseMessage(Buffer.from(INVITE), { ...limits, header_fields: 5 })).toMatchObject(long);
    expect(parseMessage(Buffer.from(INVITE), { ...limits, field_characters: 50 })).toMatchObject(long);
  });

  it('counts malformed header fields too, since each has its cost', () => {
    expect(read(`${INVITE.slice(0, -6)}${'a\r\n'.repeat(300)}\r\n`)).toMatchObject({ ok: false, status: 513 });
  });

  it('unfolds in one pass, whatever white space there is', () => {
    const spaces = ' '.repeat(3_000);
    const result = read(
      INVITE.replace('Subject: one', `Subject:\r\n ${spaces}one${spaces}\r\n ${spaces}\r\n ${spaces}`),
    );
    expect(result.ok && result.message.headers.get('subject')).toBe('one two three');
  });

  it('takes NUL behind a backslash, as a quoted-pair, and nowhere else', () => {
    const named = (name: string) => read(INVITE.replace('"Alice, A."', `"${name}"`)).ok;
    expect([named('a\\\0b'), named('a\0b'), named('\\\0\0')]).toEqual([true, false, false]);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(INVITE.length), (noise, at) => {
        parseMessage(Buffer.from(noise));
        parseMessage(Buffer.concat([Buffer.from(INVITE.slice(0, at)), noise, Buffer.from(INVITE.slice(at))]));
      }),
    );
  });
});

const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,12}$/);
const value = fc
  .string({ unit: fc.constantFrom(...'aZ09 <>;=:,"/?@[]äß€😀'), maxLength: 24 })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const headers = fc
  .array(
    fc.tuple(
      fc.oneof(
        token.map((name) => `X-${name}`),
        fc.constantFrom('Contact', 'Route', 'Subject'),
      ),
      value,
    ),
  )
  .map((more) =>
    Headers.of([
      ['Via', 'SIP/2.0/UDP a'],
      ['From', '<sip:a@b>;tag=1'],
      ['To', '<sip:b@a>'],
      ['Call-ID', 'c'],
      ['CSeq', '1 INFO'],
      ...more,
    ]),
  );
const body = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
const message = fc.oneof(
  fc.tuple(headers, body).map(([fields, bytes]) => sipRequest('INFO', 'sip:b@a;x=1', fields, bytes)),
  fc
    .tuple(fc.integer({ min: 100, max: 699 }), value, headers, body)
    .map(([status, reason, fields, bytes]) => sipResponse(status, reason, fields, bytes)),
);

describe('formatMessage', () => {
  it('writes what parseMessage reads back, but for Content-Length', () => {
    fc.assert(
      fc.property(message, (written) => {
        const result = parseMessage(formatMessage(written));
        if (!result.ok) throw new Error(result.reason);
        const { raw: _, plain, headers: fields, ...read } = result.message;
        expect(plain).toBe(true);
        const { headers: expected, ...same } = written;
        expect(read).toEqual(same);
        expect([...fields].filter((field) => field.key !== 'content-length')).toEqual([...expected]);
      }),
    );
  });
});

describe('parseDraft', () => {
  it.each([
    ['no empty line', 'SIP/2.0 200 OK\r\nX-A: 1', ''],
    ['an empty line and no body', 'SIP/2.0 200 OK\r\nX-A: 1\r\n\r\n', ''],
    ['a body, whatever Content-Length says', 'SIP/2.0 200 OK\r\nX-A: 1\r\nContent-Length: 9\r\n\r\nv=0', 'v=0'],
  ])('accepts %s', (_what, text, expected) => {
    const result = parseDraft(Buffer.from(text));
    if (!result.ok || result.value.kind !== 'response') throw new Error('not read');
    expect([result.value.status, result.value.headers.get('X-A'), result.value.body.toString()]).toEqual([
      200,
      '1',
      expected,
    ]);
  });
});
