/** Calls `run` with the value: now when it is here, else when its promise is. The promise must never reject. */
export function whenDone<T>(value: T | Promise<T>, run: (value: T) => void): void {
  if (value instanceof Promise) void value.then(run);
  else run(value);
}
