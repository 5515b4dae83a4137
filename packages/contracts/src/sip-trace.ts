import { z } from 'zod';
import { instantSchema } from './time.ts';
import { transportSchema } from './trunk.ts';

const endpointSchema = z.strictObject({ address: z.string(), port: z.number().int() });

/** One SIP message as it was on the wire, without what proves a password and what encrypts audio. */
export const tracedMessageSchema = z.strictObject({
  at: instantSchema,
  /** As the SIP server sees it. */
  direction: z.enum(['in', 'out']),
  transport: transportSchema,
  local: endpointSchema,
  remote: endpointSchema,
  leg: z.enum(['caller', 'callee']),
  text: z.string(),
});
export type TracedMessage = z.infer<typeof tracedMessageSchema>;

/** What a SIP server still knows of the messages of one call, oldest first: answer of its page `/trace`. */
export const sipTraceSchema = z.strictObject({ messages: z.array(tracedMessageSchema).max(300) });
export type SipTrace = z.infer<typeof sipTraceSchema>;
