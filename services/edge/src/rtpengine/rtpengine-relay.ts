import { systemClock } from '@trunkline/runtime/clock';
import { silentLogger } from '@trunkline/runtime/logger';
import type { MediaRelay } from '../call/media.ts';
import { createMediaPool } from './media-pool.ts';
import type { NgControl } from './ng-control.ts';

const never_ms = 86_400_000;

/** The media relay on one rtpengine that nobody watches. */
export function createRtpengineRelay(control: NgControl): MediaRelay {
  const nodes = [{ name: 'rtpengine', weight: 1, control }];
  return createMediaPool({ nodes, clock: systemClock, logger: silentLogger, silent_ms: never_ms });
}
