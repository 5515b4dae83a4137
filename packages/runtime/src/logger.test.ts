import { expect, it } from 'vitest';
import { createLogger, type LogLevel, redactedNames } from './logger.ts';

function open(level: LogLevel = 'info') {
  const lines: string[] = [];
  const logger = createLogger({ name: 'edge', level, destination: { write: (line) => void lines.push(line) } });
  return { logger, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

it('writes one JSON line: the sentence and its fields', () => {
  const { logger, parsed } = open();
  logger.child({ call: 'c1' }).warn('The far end failed', { status: 503 });
  expect(parsed()).toEqual([
    expect.objectContaining({ level: 'warn', name: 'edge', call: 'c1', sentence: 'The far end failed', status: 503 }),
  ]);
});

it('leaves out what is below its level', () => {
  const { logger, parsed } = open('warn');
  logger.debug('no');
  logger.info('no');
  logger.error('yes');
  expect(parsed().map(({ sentence }) => sentence)).toEqual(['yes']);
});

it('writes type, message and stack of an error', () => {
  const { logger, parsed } = open();
  logger.error('A fault', { error: new TypeError('wrong') });
  expect(parsed()[0]?.['error']).toMatchObject({ type: 'TypeError', message: 'wrong', stack: expect.any(String) });
});

it.each(redactedNames)('never writes the field %s, also inside two others and in a child', (name) => {
  const { logger, lines } = open();
  const secret = 'hunter2';
  logger.info('a', { [name]: secret });
  logger.info('b', { trunk: { [name]: secret } });
  logger.info('c', { trunk: { auth: { [name]: secret } } });
  logger.child({ trunk: { [name]: secret } }).info('d');
  expect(lines).toHaveLength(4);
  expect(lines.join()).not.toContain(secret);
  expect(lines.join()).toContain('[redacted]');
});
