import { z } from 'zod';
import { edgeIdSchema, trunkIdSchema } from '../ids.ts';
import { eventBase } from './event.ts';
import { failedSchema, gatewayStateSchema, registeredSchema, unregisteredSchema } from './trunk-state.ts';

const trunkEventBase = { ...eventBase, trunk: trunkIdSchema, edge: edgeIdSchema };

/** The registrar accepted our REGISTER: the first one and every refresh. */
export const registrationRegisteredSchema = z.strictObject({
  type: z.literal('trunk.registration.registered'),
  ...trunkEventBase,
  registration: registeredSchema,
});
/** We removed our binding, or let another edge take over. */
export const registrationUnregisteredSchema = z.strictObject({
  type: z.literal('trunk.registration.unregistered'),
  ...trunkEventBase,
  registration: unregisteredSchema,
});
/** No gateway of the trunk accepted our REGISTER; it is tried again. */
export const registrationFailedSchema = z.strictObject({
  type: z.literal('trunk.registration.failed'),
  ...trunkEventBase,
  registration: failedSchema,
});
export const gatewayReachableSchema = z.strictObject({
  type: z.literal('trunk.gateway.reachable'),
  ...trunkEventBase,
  gateway: gatewayStateSchema,
});
/** Calls try it last from now on. */
export const gatewayUnreachableSchema = z.strictObject({
  type: z.literal('trunk.gateway.unreachable'),
  ...trunkEventBase,
  gateway: gatewayStateSchema,
});

export const trunkEventSchema = z.discriminatedUnion('type', [
  registrationRegisteredSchema,
  registrationUnregisteredSchema,
  registrationFailedSchema,
  gatewayReachableSchema,
  gatewayUnreachableSchema,
]);
export type TrunkEvent = z.infer<typeof trunkEventSchema>;
