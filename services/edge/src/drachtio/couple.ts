import b2bSugar from 'drachtio-fn-b2b-sugar';
import type { LegB } from '../call/legs.ts';
import type { SrfDialog } from './srf-types.ts';

/** Carried from one leg to the other as they are; BYE and re-INVITE belong to the call's table. */
const forwarded = ['info', 'message', 'notify'];

const dialogs = new WeakMap<LegB, SrfDialog>();

/** Remembers leg B's dialog, so that leg A's can be joined to it. */
export function rememberDialog(leg: LegB, dialog: SrfDialog): void {
  dialogs.set(leg, dialog);
}

export const dialogOf = (leg: LegB): SrfDialog | undefined => dialogs.get(leg);

/** From now on INFO, MESSAGE and NOTIFY of each leg reach the other, and their responses come back. */
export function couple(dialogA: SrfDialog, legB: LegB): void {
  const dialogB = dialogs.get(legB);
  if (dialogB === undefined) return;
  dialogA.other = dialogB;
  dialogB.other = dialogA;
  b2bSugar.forwardInDialogRequests(dialogA, forwarded);
}
