import { reasonHeader } from '@trunkline/contracts/causes';
import type { Srf, SrfDialog } from './srf-types.ts';

/** Our own SIP server says so behind its version; it alone takes out the header fields that are for it. */
const ourServer = /-trunkline$/;

/** The connection to the SIP server as the legs of calls use it. */
export class SipLink {
  readonly srf: Srf;
  #isOurServer = false;
  /** Dialogs of this connection: two for each call of the edge. */
  readonly #open = new Set<SrfDialog>();
  /** Ids of those of the last connection. */
  #lost: readonly string[] = [];

  constructor(srf: Srf) {
    this.srf = srf;
  }

  /** The SIP server keeps the dialogs of a connection that was lost for a while: their calls are over, so they end now. */
  connected(version: string): void {
    this.#isOurServer = ourServer.test(version);
    const lost = this.#lost;
    this.#lost = [];
    for (const stackDialogId of lost) {
      const headers = { Reason: reasonHeader('signalling-lost') };
      // One that is gone meanwhile, or never was at this server, needs no BYE: the error says only that.
      this.srf.request('sip:placeholder', { method: 'BYE', headers, stackDialogId }, () => {});
    }
  }

  /** drachtio-srf cannot use a dialog of this connection any more. */
  lost(): void {
    this.#lost = [...this.#open].map(({ id }) => id);
    this.#open.clear();
  }

  opened(dialog: SrfDialog): void {
    this.#open.add(dialog);
    dialog.on('destroy', () => this.#open.delete(dialog));
  }

  /** It is being ended by us. */
  ended(dialog: SrfDialog): void {
    this.#open.delete(dialog);
  }

  /** Without what is for our SIP server alone, where the server is another: it would send that on. */
  understood(headers: Readonly<Record<string, string>>): Record<string, string> {
    if (this.#isOurServer) return { ...headers };
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^trunkline-/i.test(name)));
  }

  /** For a refusal: nothing of its source is to be taken for so long. */
  ban(seconds: number): Record<string, string> {
    return this.understood({ 'Trunkline-Ban': String(seconds) });
  }

  /**
   * For an INVITE: whose other leg it becomes, so that the SIP server can carry a BYE from one leg to the other should this
   * process die, and show both in one trace (docs/adr/0015-calls-of-a-dead-edge.md).
   */
  otherLeg(dialog_id: string | undefined): Record<string, string> {
    return this.#isOurServer && dialog_id !== undefined ? { 'Trunkline-Other-Leg': dialog_id } : {};
  }
}
