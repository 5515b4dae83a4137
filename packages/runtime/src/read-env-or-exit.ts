import type { z } from 'zod';
import { faultText, readEnv } from './env.ts';
import { createLogger } from './logger.ts';

/** For `main.ts`: the values, or one log line for every fault and exit code 1. */
export function readEnvOrExit<Shape extends z.ZodRawShape>(
  name: string,
  schema: z.ZodObject<Shape>,
): z.infer<z.ZodObject<Shape>> {
  const result = readEnv(schema, process.env);
  if (result.ok) return result.values;
  const logger = createLogger({ name, level: 'error' });
  for (const fault of result.faults) logger.error('The environment is wrong', { ...fault, text: faultText(fault) });
  process.exit(1);
}
