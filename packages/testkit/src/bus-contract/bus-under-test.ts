import type { Bus, StreamSettings } from '@trunkline/runtime/bus';

/** How the suite gets a bus, and makes the trouble that it must bear. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** The server goes away; returns when the bus has noticed. */
  disconnect(): Promise<void>;
  /** The server comes back with its data. */
  reconnect(): Promise<void>;
  /** The server comes back with an empty disk. */
  reconnectEmpty(): Promise<void>;
  /** Another bus on the same server: another process. */
  second(): Promise<Bus>;
  close(): Promise<void>;
}

export interface Context {
  under(): BusUnderTest;
  bus(): Bus;
}

export const settings: StreamSettings = {
  name: 'THINGS',
  subjects: ['thing.*.*'],
  max_age_ms: 3_600_000,
  max_bytes: 10_000_000,
  duplicate_window_ms: 60_000,
};
