/** The rings of tests, in the order in which they run: vitest's projects. */
export const rings = ['unit', 'scenarios', 'wire'] as const;
export type Ring = (typeof rings)[number];

export const ringDeadline_ms: Readonly<Record<Ring, number>> = {
  unit: 4 * 60_000,
  scenarios: 4 * 60_000,
  wire: 13 * 60_000,
};
