import type { Application } from '../control/application.ts';
import { sameApplication, takeOver } from './application-connected.ts';
import type { Core } from './core.ts';
import { endDialog } from './end-dialog.ts';

/**
 * An application's connection is gone. What it was calling is cancelled, and INVITEs that it had to answer are answered. Its
 * dialogs, and requests inside them, go to another connection of the same application: to one that is there, or that comes
 * before the deadline is over. Else its calls are ended, both legs of each, so that no party is left hanging.
 */
export function applicationGone(core: Core, app: Application): void {
  core.applications.delete(app);
  for (const inbound of [...core.inbound.values()]) {
    if (inbound.app === app && !(inbound.lasting && app.tags.length > 0)) inbound.ownerLost();
  }
  for (const outbound of [...core.outbound.values()]) if (outbound.app === app) outbound.ownerLost();
  for (const other of core.applications) {
    if (!other.open || !sameApplication(other, app)) continue;
    takeOver(core, other, (owner) => owner === app);
    return;
  }
  if (core.dialogs.of(app).length === 0 && ![...core.inbound.values()].some((one) => one.app === app)) return;
  core.clock.after(app.tags.length > 0 ? core.deadlines.hand_over : core.deadlines.orphan, () => endOrphans(core, app));
}

function endOrphans(core: Core, app: Application): void {
  for (const inbound of [...core.inbound.values()]) if (inbound.app === app) inbound.ownerLost();
  const orphans = core.dialogs.of(app);
  if (orphans.length > 0) core.logger.warn('Calls of a lost application are ended', { dialogs: orphans.length });
  for (const dialog of orphans) {
    if (dialog.phase === 'confirmed') endDialog(core, dialog, 'application-gone');
  }
}
