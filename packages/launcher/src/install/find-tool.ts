import { accessSync, constants, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Requirement } from './requirements.ts';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function expand(folder: string): string[] {
  if (!folder.includes('*')) return [folder];
  const [before = '', after = ''] = folder.split('*');
  try {
    return readdirSync(dirname(`${before}x`))
      .sort((one, other) => Number(other) - Number(one))
      .map((version) => `${before}${version}${after}`);
  } catch {
    return [];
  }
}

/** Full path of the program, from its own folders first, then from PATH; undefined when it is nowhere. */
export function findTool(requirement: Pick<Requirement, 'tool' | 'folders'>, path: string): string | undefined {
  return [...requirement.folders.flatMap(expand), ...path.split(':')]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, requirement.tool))
    .find(isExecutable);
}
