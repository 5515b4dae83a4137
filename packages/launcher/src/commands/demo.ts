import type { Command } from '../command.ts';
export const demo: Command = {
  name: 'demo',
  summary: 'places a call in and a call out with real audio and shows what happened',
  run: async () => 1,
};
