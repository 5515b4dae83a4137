import type { AdmissionCase } from './admission-case.ts';
import { agentCases } from './agent-cases.ts';
import { knownSourceCases } from './known-source-cases.ts';
import { passwordCases } from './password-cases.ts';

/** The one case table of admission, in the world of `admission-world.ts` and at its moment. */
export const admissionCases: readonly AdmissionCase[] = [...knownSourceCases, ...passwordCases, ...agentCases];
