/** The page's only source of time and of waiting. */

/** Milliseconds since the epoch by the browser's clock. */
export const now = () => Date.now();

/** @param {number} delay_ms @returns {Promise<void>} */
export const wait = (delay_ms) => new Promise((resolve) => setTimeout(resolve, delay_ms));

/** @param {number} interval_ms @param {() => void} run */
export function every(interval_ms, run) {
  setInterval(run, interval_ms);
}
