import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import type { StreamSettings } from '../bus.ts';

/** Creates the stream or brings its settings up to date. */
export async function ensureStream(connection: NatsConnection, settings: StreamSettings): Promise<void> {
  const manager = await jetstreamManager(connection);
  const config = {
    subjects: [...settings.subjects],
    max_age: nanos(settings.max_age_ms),
    max_bytes: settings.max_bytes,
    duplicate_window: nanos(settings.duplicate_window_ms),
    discard: DiscardPolicy.Old,
  };
  try {
    await manager.streams.add({
      name: settings.name,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      ...config,
    });
  } catch {
    // It exists with other settings; an update that fails as well tells the true reason.
    await manager.streams.update(settings.name, config);
  }
}
