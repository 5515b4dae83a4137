import { apiOf, type CallApi } from '../cli/call-api.ts';
import { drawFields, drawTable } from '../cli/draw-table.ts';
import { type Arguments, readArguments } from '../cli/read-arguments.ts';
import { type Things, things } from '../cli/things.ts';
import type { Command } from '../command.ts';
import { Fault } from '../fault.ts';

type Thing = Readonly<Record<string, unknown>>;

/** `./trunkline trunks list`, and its like for numbers, agents, tokens and calls, over the config API. */
export const thingCommands: readonly Command[] = things.map((kind) => ({
  name: kind.name,
  summary: kind.summary,
  async run({ args, env, dir, print }) {
    const read = readArguments(args);
    if (!read.ok) throw new Fault(read.message);
    const answer = await act(kind, read.value, apiOf({ env, dir }));
    if (read.value.json) print.line(JSON.stringify(answer, null, 2));
    else if (Array.isArray(answer)) for (const line of drawTable(kind.columns, answer as Thing[])) print.line(line);
    else for (const line of drawFields(answer as Thing)) print.line(line);
    return 0;
  },
}));

async function act(kind: Things, { verb, id, body }: Arguments, call: CallApi): Promise<unknown> {
  switch (verb) {
    case 'list':
      return listOf(await call('GET', kind.list));
    case 'show':
      return find(kind, id, call);
    case 'create': {
      const place = kind.create(body);
      if (typeof place === 'string') throw new Fault(place);
      return call('POST', place.path, body);
    }
    case 'delete':
      if (kind.remove === undefined) break;
      return call('DELETE', kind.remove(await find(kind, id, call)));
    default: {
      const order = kind.orders?.[verb];
      if (order !== undefined && id !== undefined) return call('POST', order(encodeURIComponent(id)));
    }
  }
  throw new Fault(`${kind.name} can: ${kind.summary}`);
}

/** Long lists come in pages: the newest ones. */
function listOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : answer;
}

async function find(kind: Things, id: string | undefined, call: CallApi): Promise<Thing> {
  if (id === undefined) throw new Fault(`Which one? ${kind.name} can: ${kind.summary}`);
  if (kind.show !== undefined) return (await call('GET', kind.show(encodeURIComponent(id)))) as Thing;
  const found = ((await call('GET', kind.list)) as Thing[]).find((thing) => thing['id'] === id);
  if (found === undefined) throw new Fault(`There is nothing with the id ${id} among the ${kind.name}`);
  return found;
}
