import colors from 'picocolors';

/** Where the launcher talks to people. */
export interface Print {
  line(text?: string): void;
  /** The beginning of a part of the work. */
  heading(text: string): void;
  good(text: string): void;
  bad(text: string): void;
  /** Said in passing. */
  quiet(text: string): void;
}

export function printTo(stream: NodeJS.WritableStream): Print {
  const line = (text = ''): void => {
    stream.write(`${text}\n`);
  };
  return {
    line,
    heading: (text) => line(`\n${colors.bold(text)}`),
    good: (text) => line(`${colors.green('✓')} ${text}`),
    bad: (text) => line(`${colors.red('✗')} ${text}`),
    quiet: (text) => line(colors.dim(text)),
  };
}

export const silent: Print = {
  line: () => undefined,
  heading: () => undefined,
  good: () => undefined,
  bad: () => undefined,
  quiet: () => undefined,
};
