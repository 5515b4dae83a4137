import { readFileSync } from 'node:fs';
import { callRecordSchema } from '@trunkline/contracts/call-record';
import { callEventSchema } from '@trunkline/contracts/events/call-events';
import { trunkEventSchema } from '@trunkline/contracts/events/trunk-events';
import { callsStream, trunksStream } from '@trunkline/contracts/nats-map';
import { z } from 'zod';
import { type JsonField, type JsonSchema, jsonFields } from './json-fields.ts';

const folder = new URL('../../packages/contracts/src/events/', import.meta.url);

const families = [
  {
    stream: callsStream,
    file: 'call-events.ts',
    schema: callEventSchema,
    subject: 'call.<account>.<trunk>.<call>.<what>',
  },
  {
    stream: trunksStream,
    file: 'trunk-events.ts',
    schema: trunkEventSchema,
    subject: 'trunk.<account>.<trunk>.<registration or gateway>.<what>',
  },
] as const;

/** Every event on NATS: its subject, what it says and its fields. */
export function eventsPage(): string {
  return [
    '# Events',
    '',
    'Generated from `packages/contracts/src/events`. Events are JSON on NATS JetStream. `id` is also the header `Nats-Msg-Id`, so',
    'that what is published twice is stored once. Times are milliseconds since 1970. In a subject `-` stands for what is not known.',
    ...families.flatMap(({ stream, file, schema, subject }) => {
      const says = commentsByType(readFileSync(new URL(file, folder), 'utf8'));
      return [
        '',
        `## Stream ${stream.name}`,
        '',
        `Subject: \`${subject}\``,
        ...schema.options.flatMap((option) => eventSection(toJson(option), says)),
      ];
    }),
    '',
    '## The call record',
    '',
    'One per attempt, whatever became of it: the field `record` of `call.ended` and `call.refused`.',
    '',
    ...table(jsonFields(toJson(callRecordSchema))),
    '',
  ].join('\n');
}

function toJson(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { reused: 'inline' }) as JsonSchema;
}

function eventSection(schema: JsonSchema, says: ReadonlyMap<string, string>): readonly string[] {
  const type = String(schema.properties?.['type']?.const);
  const comment = says.get(type);
  const fields = jsonFields(schema).filter(({ path }) => path !== 'type' && !path.startsWith('record.'));
  return ['', `### ${type}`, ...(comment === undefined ? [] : ['', comment]), '', ...table(fields)];
}

function table(fields: readonly JsonField[]): readonly string[] {
  return ['| field | type |', '|---|---|', ...fields.map(({ path, type }) => `| \`${path}\` | ${type} |`)];
}

/** The comment above each schema, by the event's type. */
function commentsByType(source: string): ReadonlyMap<string, string> {
  const found = source.matchAll(
    /\/\*\* ([^*]+) \*\/\nexport const \w+ = z\.strictObject\(\{\s*type: z\.literal\('([^']+)'\)/g,
  );
  return new Map([...found].map(([, comment = '', type = '']) => [type, comment]));
}
