import { isDiallable } from '@trunkline/policy/format-dialled';
import { z } from 'zod';
import { mostRetries, type RetryConfig, retryStatuses } from '../../calls/execution.ts';
import { headerFault, headerName } from '../../calls/user-data-headers.ts';
import { flagField, listField, sayMissing, textField, wholeField } from '../fields.ts';

const invalidNumber = 'Invalid phone number format';

/** As many networks as there are want other digits, so only what no network takes is refused. */
const recipientField = z
  .string({ error: sayMissing('must be given', 'must be text: put the digits in quotation marks') })
  .refine((text) => text.length <= 40 && isDiallable(text), invalidNumber)
  .meta({ example: '+919876543210' });

const senderField = z
  .string({ error: 'must be text: put the digits in quotation marks' })
  .regex(/^\+?[0-9A-Za-z*#._() -]{1,39}$/, invalidNumber)
  .meta({ example: '+919876500000' });

const mostVariables = 32;
const mostVariables_bytes = 8 * 1024;
/** Control characters and lone surrogates. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** Variables for the agent. Each is sent to it as a header field, so what cannot be one is refused by name. */
const userDataField = z
  .record(z.string(), z.unknown(), { error: 'must be an object' })
  .superRefine((variables, context) => {
    const complain = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
    const names = new Map<string, string>();
    const entries = Object.entries(variables);
    if (entries.length > mostVariables) return complain(`must not have more than ${mostVariables} variables`);
    if (Buffer.byteLength(JSON.stringify(variables)) > mostVariables_bytes) {
      return complain(`must not be longer than ${mostVariables_bytes} bytes`);
    }
    for (const [key, value] of entries) {
      const text = typeof value === 'string' ? key + value : key;
      const name = headerName(key).toLowerCase();
      const fault = unprintable.test(text)
        ? 'must not hold control characters or line breaks: remove them'
        : headerFault(key, value);
      if (fault !== undefined) complain(fault, key);
      else if (names.has(name))
        complain(`must have another name: as a header field it is the same as ${names.get(name)}`, key);
      names.set(name, key);
    }
    return undefined;
  });

const retryFields = z.object({
  enabled: flagField.default(false),
  max_retries: wholeField(1, mostRetries).default(mostRetries),
  retry_on_statuses: listField(
    z.enum(retryStatuses, { error: `must be one of ${retryStatuses.join(', ')}` }),
    retryStatuses.length,
  ).default(['no-answer', 'busy', 'failed']),
  retry_on_voicemail: flagField.default(false).meta({ description: 'Without effect: nobody here listens to the call' }),
  /** Up to a week each. */
  retry_intervals_minutes: listField(wholeField(1, 10_080), mostRetries)
    .min(1, 'must hold at least one interval')
    .default([30, 60, 120]),
});
const retryField: z.ZodType<RetryConfig> = z.object(retryFields.shape, { error: 'must be an object' });

const scheduledField = z.iso
  .datetime({ offset: true, error: 'must be a time of ISO 8601 with its offset, such as 2026-05-09T10:00:00+05:30' })
  .meta({ example: '2026-05-09T10:00:00.000+05:30' });

/** `POST /call`. Keys that are not known are left aside. The recipient and the sender have two spellings each, of which one is given. */
export const callBodySchema = z
  .object(
    {
      agent_id: textField(64),
      recipient_phone_number: recipientField.optional(),
      recipient: z
        .object({ phone_number: recipientField }, { error: 'must be an object with phone_number' })
        .optional(),
      from_phone_number: senderField.optional(),
      from_number: senderField.optional(),
      user_data: userDataField.nullish(),
      scheduled_at: scheduledField.nullish(),
      retry_config: retryField.nullish(),
    },
    { error: 'must be a JSON object' },
  )
  .superRefine((body, context) => {
    const complain = (path: string, message: string) => context.addIssue({ code: 'custom', message, path: [path] });
    const { recipient_phone_number, recipient, from_phone_number, from_number } = body;
    if (recipient_phone_number === undefined && recipient === undefined) {
      complain('recipient_phone_number', 'must be given');
    }
    if (differ(recipient_phone_number, recipient?.phone_number)) {
      complain('recipient', 'must not be another number than recipient_phone_number');
    }
    if (differ(from_phone_number, from_number)) {
      complain('from_number', 'must not be another number than from_phone_number');
    }
  });
export type CallBody = z.infer<typeof callBodySchema>;

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** Pure: whom to call, from which number, and where in the body that stands. */
export function partiesOf(body: CallBody): {
  readonly to: string;
  readonly from: string | undefined;
  readonly fromPath: string;
} {
  const { recipient_phone_number, recipient, from_phone_number, from_number } = body;
  return {
    to: recipient_phone_number ?? recipient?.phone_number ?? '',
    from: from_phone_number ?? from_number,
    fromPath: from_phone_number === undefined && from_number !== undefined ? 'from_number' : 'from_phone_number',
  };
}
