import { isIPv4, isIPv6 } from 'node:net';
import { parseUri } from '@trunkline/sip/uri';
import { z } from 'zod';

/** Control characters (CR and LF among them), line separators and lone surrogates: none may reach a SIP header or a log. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
const unprintableButLines = /(?![\n\r\t])[\p{Cc}\p{Cs}]/u;

const printable = 'must not hold control characters or line breaks: remove them';

/** `absent` when the field is missing or null, `wrong` when it is of another type. */
export const sayMissing = (absent: string, wrong: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined || issue.input === null ? absent : wrong;

export const textField = (max: number, absent = 'must be given') =>
  z
    .string({ error: sayMissing(absent, 'must be text') })
    .min(1, 'must not be empty')
    .max(max, `must not be longer than ${max} characters`)
    .refine((text) => !unprintable.test(text), printable);

/** Text that may not be blank, with the dialect's own message for a missing one. */
export const requiredTextField = (max: number, absent: string) =>
  z
    .string({ error: sayMissing(absent, 'must be text') })
    .refine((text) => text.trim() !== '', { error: absent, abort: true })
    .max(max, `must not be longer than ${max} characters`)
    .refine((text) => !unprintable.test(text), printable);

/** Text of several lines for people. */
export const notesField = (max: number) =>
  z
    .string({ error: 'must be text' })
    .max(max, `must not be longer than ${max} characters`)
    .refine((text) => !unprintableButLines.test(text), 'must not hold control characters: remove them');

/** A digest user name: it stands in a quoted string (RFC 3261 §25.1) and in From and Contact. */
export const usernameField = (min: number, max: number) =>
  textField(max)
    .min(min, `must be at least ${min} characters long`)
    .refine((text) => !/["\\\s]/.test(text), 'must not hold quotation marks, backslashes or spaces');

export const passwordField = (min: number) =>
  textField(256).min(min, `must be at least ${min} characters long`).meta({ format: 'password', writeOnly: true });

export const flagField = z.boolean({ error: 'must be true or false' });

export const wholeField = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.number({ error }).int(error).min(min, error).max(max, error);
};

/** RFC 3261 §25.1 `hostname`: labels of letters, digits and hyphens, the last of which begins with a letter. */
const hostName = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$/;

function isHost(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes('%')) || hostName.test(text);
}

/** Host name, IPv4 address, or IPv6 address (brackets are taken off). */
export const hostField = z
  .string({ error: sayMissing('must be given', 'must be text') })
  .max(253, 'must not be longer than 253 characters')
  .transform((text) => /^\[(.*)\]$/.exec(text)?.[1] ?? text)
  .refine(isHost, 'must be a host name or an IP address, without scheme and port: the port has its own field');

export const sipUriField = z
  .string({ error: sayMissing('must be given', 'must be text') })
  .max(512, 'must not be longer than 512 characters')
  .refine(
    (text) => !/[\s<>"]/.test(text) && !unprintable.test(text) && isPlainSipUri(text),
    'must be a SIP URI such as sip:agent@192.0.2.10:5060;transport=udp',
  );

/** RFC 3261 §19.1.1: headers and a password in a URI have no meaning where a call is sent to it. */
function isPlainSipUri(text: string): boolean {
  const read = parseUri(text);
  return read.ok && read.value.headers === undefined && read.value.password === undefined && isHost(read.value.host);
}

export const listField = <Item extends z.ZodType>(item: Item, max: number) =>
  z.array(item, { error: 'must be a list' }).max(max, `must not hold more than ${max} entries`);
