import type { FastifyError } from 'fastify';
import { StoreUnavailable } from '../store/faults.ts';
import { type Detail, type Problem, problem, Refusal } from './refusal.ts';

const retry_after_s = 1;

const storeAway: Problem = {
  ...problem(503, 'The database does not answer. Try again shortly; running calls are not affected.'),
  retry_after_s,
};

/** The framework's own refusals, in words that say what to do. */
const frameworkMessages: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty: send a JSON object',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body must be JSON: set Content-Type to application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large: the most is 1 MiB',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'Content-Length does not match the body',
};

/** What to answer for whatever a route, a hook or the framework threw. Undefined: a fault of ours. */
export function problemOf(error: FastifyError): Problem | undefined {
  if (error instanceof Refusal) return error.problem;
  if (error instanceof StoreUnavailable) return storeAway;
  if (error.validation !== undefined) return invalid(error.validation, error.validationContext ?? 'body');
  const status = error.statusCode ?? 500;
  if (status < 400 || status > 499) return undefined;
  return problem(status, frameworkMessages[error.code] ?? 'The request cannot be read');
}

function invalid(issues: NonNullable<FastifyError['validation']>, context: string): Problem {
  const details = issues.flatMap((issue) => detailsOf(issue, context));
  return { status: 400, message: details[0]?.message ?? 'The request is not valid', details };
}

/** A key that a body may not have is a fault of that key, not of the object around it. */
function detailsOf(issue: NonNullable<FastifyError['validation']>[number], context: string): readonly Detail[] {
  const { keyword, instancePath, message, params } = issue;
  const keys = keyword === 'unrecognized_keys' && Array.isArray(params['keys']) ? params['keys'].map(String) : [];
  if (keys.length === 0) return [detail(instancePath, message ?? 'is not valid', context)];
  return keys
    .slice(0, mostKeysTold)
    .map((key) =>
      detail(`${instancePath}/${key.slice(0, longestKeyTold)}`, 'must be left out: it is not known', context),
    );
}

const mostKeysTold = 20;
/** Characters. */
const longestKeyTold = 64;

/** A message that begins with `must` continues the field's name; any other is a sentence of its own. */
function detail(pointer: string, message: string, context: string): Detail {
  const path = pointer
    .split('/')
    .filter((part) => part !== '')
    .reduce((text, part) => (/^\d+$/.test(part) ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`), '');
  const subject = path === '' ? `The ${context}` : path;
  return { path, message: message.startsWith('must ') ? `${subject} ${message}` : message };
}
