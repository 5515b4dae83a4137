import { z } from 'zod';
import { flagField, sayMissing, textField } from '../fields.ts';

/** What stands in the user part of a Request-URI for a number or an extension, without escapes. */
const dialable = /^\+?[0-9A-Za-z*#._-]{1,39}$/;
/** ITU-T E.164 §6: at most 15 digits, country code first, which begins with no zero. */
const e164 = /^\+?[1-9][0-9]{4,14}$/;

export const numberBodySchema = z
  .object({
    phone_number: z
      .string({ error: sayMissing('must be given', 'must be text: put the digits in quotation marks') })
      .regex(dialable, 'must be 1 to 39 digits or letters after an optional +, without spaces and brackets')
      .meta({ example: '919876543210' }),
    name: textField(255).nullable().optional(),
    e164_check_enabled: flagField.optional(),
  })
  .refine((body) => body.e164_check_enabled !== true || e164.test(body.phone_number), {
    path: ['phone_number'],
    error: 'must be an E.164 number (country code first, 5 to 15 digits) while e164_check_enabled is true',
  });
export type NumberBody = z.infer<typeof numberBodySchema>;
