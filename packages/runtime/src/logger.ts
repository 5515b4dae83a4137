import pino from 'pino';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A line is one fixed sentence, the same every time the line is written, and the facts as fields. An error goes in the
 * field `error`: its type, message and stack are written.
 */
export interface Logger {
  debug(sentence: string, fields?: LogFields): void;
  info(sentence: string, fields?: LogFields): void;
  warn(sentence: string, fields?: LogFields): void;
  error(sentence: string, fields?: LogFields): void;
  /** A logger whose lines all carry `fields`. */
  child(fields: LogFields): Logger;
}

/** Fields by these names are written as `[redacted]`, wherever down to two levels inside another field they stand. */
export const redactedNames = [
  'password',
  'secret',
  'token',
  'master_key',
  'authorization',
  'Authorization',
  'proxy-authorization',
  'Proxy-Authorization',
  'credentials',
  'auth_password',
] as const;

/** JSON lines to standard output, or to `destination` (tests). Each line is on its way to the kernel when the call returns. */
export function createLogger(options: {
  readonly name: string;
  readonly level: LogLevel;
  readonly destination?: { write(line: string): void };
}): Logger {
  const settings: pino.LoggerOptions = {
    name: options.name,
    level: options.level,
    messageKey: 'sentence',
    errorKey: 'error',
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: redactedNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
      censor: '[redacted]',
    },
  };
  return wrap(pino(settings, options.destination ?? pino.destination({ fd: 1, sync: true })));
}

function wrap(logger: pino.Logger): Logger {
  return {
    debug: (sentence, fields) => logger.debug(fields ?? {}, sentence),
    info: (sentence, fields) => logger.info(fields ?? {}, sentence),
    warn: (sentence, fields) => logger.warn(fields ?? {}, sentence),
    error: (sentence, fields) => logger.error(fields ?? {}, sentence),
    child: (fields) => wrap(logger.child(fields)),
  };
}

/** For tests whose subject is not the log. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
