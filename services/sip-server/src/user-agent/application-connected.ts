import type { Application } from '../control/application.ts';
import type { Core } from './core.ts';

/** A connection showed the secret: it takes over what another connection of the same application has left behind. */
export function applicationConnected(core: Core, app: Application): void {
  core.applications.add(app);
  takeOver(core, app, (owner) => !owner.open && sameApplication(owner, app));
}

/** Whether two connections are of one application: a tag is its name. */
export const sameApplication = (one: Application, other: Application): boolean =>
  one.tags.some((tag) => other.tags.includes(tag));

/**
 * From now on the requests of these dialogs go to this application, and it may send in them, by the dialog ids that it was
 * told by its predecessor. Requests that the predecessor has left without an answer are delivered again.
 */
export function takeOver(core: Core, app: Application, mine: (owner: Application) => boolean): void {
  let dialogs = 0;
  for (const dialog of core.dialogs) {
    if (!mine(dialog.app)) continue;
    dialog.app = app;
    dialogs += 1;
  }
  for (const inbound of core.inbound.values()) if (mine(inbound.app)) inbound.handOver(app);
  if (dialogs > 0) core.logger.info('An application took over dialogs', { application: app.number, dialogs });
}
