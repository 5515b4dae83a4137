import type { Application } from '../control/application.ts';
import type { Core } from './core.ts';
import { endDialog } from './end-dialog.ts';

/**
 * An application's connection is gone. What it had to answer is answered, what it was calling is cancelled, and its calls are
 * ended when the deadline is over, both legs of each, so that no party is left hanging.
 */
export function applicationGone(core: Core, app: Application): void {
  for (const inbound of [...core.inbound.values()]) if (inbound.app === app) inbound.ownerLost();
  for (const outbound of [...core.outbound.values()]) if (outbound.app === app) outbound.ownerLost();
  if (core.dialogs.of(app).length === 0) return;
  core.clock.after(core.deadlines.orphan, () => {
    const orphans = core.dialogs.of(app);
    if (orphans.length > 0) core.logger.warn('Calls of a lost application are ended', { dialogs: orphans.length });
    for (const dialog of orphans) {
      if (dialog.phase === 'confirmed') endDialog(core, dialog, 'application-gone');
    }
  });
}
