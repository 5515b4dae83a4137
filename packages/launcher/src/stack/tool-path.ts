import { Fault } from '../fault.ts';
import { findTool } from '../install/find-tool.ts';
import { runRequirements } from '../install/requirements.ts';

/** Full path of a program that the stack runs. Throws a {@link Fault} that names the package when it is missing. */
export function toolPath(tool: string): string {
  const requirement = runRequirements.find((one) => one.tool === tool);
  const path = findTool(requirement ?? { tool, folders: [] }, process.env['PATH'] ?? '');
  if (path !== undefined) return path;
  throw new Fault(
    requirement === undefined
      ? `${tool} is not installed.`
      : `${tool} (${requirement.purpose}) is not installed: Debian has it in the package ${requirement.package}.`,
  );
}
