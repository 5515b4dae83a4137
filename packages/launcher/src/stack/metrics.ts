const maxSeries = 10_000;

/** Values of a Prometheus text exposition by series: `name` or `name{labels}` as written. */
export function parseMetrics(text: string): Record<string, number> {
  const entries = text
    .split('\n', maxSeries)
    .map((line) => /^([a-zA-Z_:][\w:]*(?:\{.*\})?)\s+(\S+)/.exec(line))
    .flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], Number(match[2])] as const]));
  return Object.fromEntries(entries);
}

/** Sum over the labels of one metric; undefined when it is not there. */
export function sumOf(metrics: Readonly<Record<string, number>>, name: string): number | undefined {
  const values = Object.entries(metrics).filter(([series]) => series === name || series.startsWith(`${name}{`));
  return values.length === 0 ? undefined : values.reduce((sum, [, value]) => sum + value, 0);
}
