import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { formatEvent, formatMark, parseSpool, type SpooledEvent } from './spool-format.ts';

/** One file of the spool. */
export interface Segment {
  readonly path: string;
  bytes: number;
  /** Events written, delivered or not. */
  written: number;
  /** Of these, so many are delivered or dropped; the oldest first. */
  done: number;
  /** What {@link Spool.mark} wrote last. */
  marked: number;
  /** Its undelivered events are in memory too; otherwise they must be loaded before they can be sent. */
  in_memory: boolean;
}

/**
 * Events on disk: a row of append-only files, the last one open. A write has left this process when it returns, so it
 * survives the process; it is not forced to the disk, so a power failure may take the last seconds.
 * One process at a time uses a directory. Every function may throw the file system's error.
 */
export interface Spool {
  /** Oldest first; the last is the one that is written to. */
  readonly segments: readonly Segment[];
  active(): Segment;
  /** Collected, and written with the next {@link flush}. Opens a file when there is none. */
  append(event: SpooledEvent): void;
  /** After a fault the next append opens a new file, so that nothing stands behind a torn record. */
  flush(): void;
  /** Collected and not yet written. */
  readonly buffered_bytes: number;
  /** Closes the active file and opens another. */
  rotate(in_memory: boolean): void;
  /** The undelivered events of a segment, in order. */
  load(segment: Segment): readonly SpooledEvent[];
  /** Notes on disk how far the segment is delivered, so that a killed process does not send all of it again. */
  mark(segment: Segment): void;
  remove(segment: Segment): void;
  /** Empties the active file, whose events are all delivered. */
  clearActive(): void;
  close(): void;
}

const filePattern = /^outbox-(\d{10})\.log$/;

export function openSpool(directory: string): Spool {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const numbers = readdirSync(directory)
    .map((name) => Number(filePattern.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => a - b);
  const pathOf = (number: number): string => join(directory, `outbox-${String(number).padStart(10, '0')}.log`);
  const segments = numbers.map((number) => inspect(pathOf(number))).filter((segment) => segment !== undefined);
  let next = (numbers.at(-1) ?? 0) + 1;
  let descriptor: number | undefined;
  let buffered: string[] = [];
  let buffered_bytes = 0;
  let active = fresh(pathOf(next), segments.length === 0);

  const open = (): void => {
    active = fresh(pathOf(next++), active.in_memory);
    descriptor = openSync(active.path, 'a', 0o600);
    segments.push(active);
  };
  const flush = (): void => {
    if (buffered.length === 0) return;
    const bytes = Buffer.from(buffered.join(''));
    buffered = [];
    buffered_bytes = 0;
    const open_file = descriptor;
    if (open_file === undefined) throw new Error('the spool has no open file');
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(open_file, bytes, at);
    } catch (error) {
      descriptor = undefined;
      closeSync(open_file);
      throw error;
    }
  };
  const close = (): void => {
    try {
      flush();
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    }
  };
  open();
  return {
    segments,
    active: () => active,
    get buffered_bytes() {
      return buffered_bytes;
    },
    append(event) {
      if (descriptor === undefined) open();
      const text = formatEvent(event);
      buffered.push(text);
      // Characters, which are at most as many as bytes: near enough for a bound, and free.
      buffered_bytes += text.length;
      active.bytes += text.length;
      active.written++;
    },
    flush,
    rotate(in_memory) {
      try {
        close();
      } finally {
        active = { ...active, in_memory };
        open();
      }
    },
    load(segment) {
      const { events } = parseSpool(readFileSync(segment.path));
      return events.slice(segment.done);
    },
    mark(segment) {
      if (segment.marked === segment.done) return;
      appendFileSync(segment.path, formatMark(segment.done));
      segment.marked = segment.done;
    },
    remove(segment) {
      segments.splice(segments.indexOf(segment), 1);
      rmSync(segment.path, { force: true });
    },
    clearActive() {
      flush();
      if (descriptor !== undefined) ftruncateSync(descriptor, 0);
      Object.assign(active, { bytes: 0, written: 0, done: 0, marked: 0 });
    },
    close,
  };
}

function fresh(path: string, in_memory: boolean): Segment {
  return { path, bytes: 0, written: 0, done: 0, marked: 0, in_memory };
}

/** A file that an earlier process left; undefined when nothing in it is left to deliver. */
function inspect(path: string): Segment | undefined {
  const file = readFileSync(path);
  const { events, delivered } = parseSpool(file);
  if (events.length > delivered) {
    const done = { done: delivered, marked: delivered };
    return { path, bytes: file.length, written: events.length, ...done, in_memory: false };
  }
  rmSync(path);
  return undefined;
}
