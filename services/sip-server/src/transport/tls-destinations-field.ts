import { z } from 'zod';
import { farEndChecks } from './tls-settings.ts';

const maxDestinations = 10_000;
const maxPins = 8;

const pinField = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .refine((text) => /^[0-9a-f]{64}$/.test(text), 'a SHA-256 fingerprint has 64 hexadecimal digits');

const destinationField = z
  .strictObject({
    destination: z.string().min(1).max(300).toLowerCase(),
    check: z.enum(farEndChecks).default('verify'),
    sha256: z.array(pinField).max(maxPins).default([]),
    server_name: z.string().min(1).max(253).optional(),
    ca_file: z.string().min(1).optional(),
    certificate_file: z.string().min(1).optional(),
    key_file: z.string().min(1).optional(),
  })
  .refine(({ check, sha256 }) => (check === 'pin') === sha256.length > 0, 'sha256 belongs to "pin", and "pin" needs it')
  .refine(
    ({ certificate_file, key_file }) => (certificate_file === undefined) === (key_file === undefined),
    'certificate_file and key_file go together',
  );

const listField = z.array(destinationField).max(maxDestinations);

/** A JSON list of rules, one for each far end that is not to be treated as all others are. */
export const tlsDestinationsField = z
  .string()
  .transform((text, context): z.infer<typeof listField> => {
    const result = listField.safeParse(parseJson(text));
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues.slice(0, 3)) {
      context.addIssue({ code: 'custom', message: `${path.join('.') || 'it'}: ${message}` });
    }
    return z.NEVER;
  })
  .describe(
    'a JSON list such as [{"destination":"sip.example:5061","check":"pin","sha256":["…"]}], or name a file that holds it',
  )
  .prefault('[]');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
