/** Pure: rows as aligned columns under their names, for people. A column may be a path: its last part is the name. */
export function drawTable(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const cells = [
    columns.map((path) => (path.split('.').at(-1) ?? '').toUpperCase()),
    ...rows.map((row) => columns.map((path) => text(valueAt(row, path)))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function valueAt(row: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => {
    return typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined;
  }, row);
}

/** Pure: one thing, a line for each field. */
export function drawFields(thing: Readonly<Record<string, unknown>>): string[] {
  const width = Math.max(...Object.keys(thing).map((name) => name.length), 0);
  return Object.entries(thing).map(([name, value]) => `${name.padEnd(width)}  ${text(value)}`);
}

function text(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  const written = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // What a terminal could take for a command of its own is not shown.
  return written.replace(/\p{Cc}/gu, '?');
}
