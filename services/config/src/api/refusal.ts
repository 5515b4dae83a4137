/** One thing that is wrong with a request, where it is, and what would be right. */
export interface Detail {
  /** The field, such as `gateways[0].port`; empty for the whole body. */
  readonly path: string;
  readonly message: string;
}

/** Why a request is not done. Each dialect has its own words for it: see its `errorBody`. */
export interface Problem {
  readonly status: number;
  readonly message: string;
  readonly details: readonly Detail[];
  readonly retry_after_s?: number;
}

export function problem(status: number, message: string, path?: string): Problem {
  return { status, message, details: path === undefined ? [] : [{ path, message }] };
}

/** One answer for several problems: the status and message of the first, the details of all. */
export function combine(problems: readonly [Problem, ...Problem[]]): Problem {
  const [first] = problems;
  return { ...first, details: problems.flatMap(({ details }) => details) };
}

/** How a route ends without success: the framework carries it to the error handler of the route's dialect. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problem: Problem;
  constructor(found: Problem) {
    super(found.message);
    this.problem = found;
  }
}
