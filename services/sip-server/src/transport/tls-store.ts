import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { Logger } from '@trunkline/runtime/logger';
import { type CertificateFacts, type ReadFile, readTlsMaterial, type TlsMaterial } from './tls-material.ts';
import { destinationRule, type TlsDestination, type TlsSettings } from './tls-settings.ts';

/** For metrics. */
export interface TlsStoreEvents {
  reloaded(outcome: 'changed' | 'unchanged' | 'refused'): void;
}

/**
 * The certificates in use. A reload takes the files whole or not at all: while one of them is missing, half written or does
 * not fit the others, what was read before stays in use.
 */
export class TlsStore {
  readonly #settings: TlsSettings;
  readonly #parts: { readonly readFile: ReadFile; readonly logger: Logger; readonly events: TlsStoreEvents };
  readonly #listeners: (() => void)[] = [];
  #material: TlsMaterial;

  /** Throws one sentence when the files cannot be used. */
  constructor(
    settings: TlsSettings,
    parts: { readonly readFile: ReadFile; readonly logger: Logger; readonly events: TlsStoreEvents },
  ) {
    this.#settings = settings;
    this.#parts = parts;
    this.#material = readTlsMaterial(settings, parts.readFile);
  }

  get server(): SecureContextOptions {
    return this.#material.server;
  }

  get certificates(): readonly CertificateFacts[] {
    return this.#material.certificates;
  }

  /** How a connection to this far end is opened and judged. */
  client(host: string, port: number): { readonly rule: TlsDestination; readonly context: SecureContext } {
    const rule = destinationRule(this.#settings.destinations, host, port);
    return { rule, context: this.#material.destinations.get(rule) ?? this.#material.client };
  }

  /** Called after every reload that changed something. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  reload(): void {
    const { readFile, logger, events } = this.#parts;
    try {
      const next = readTlsMaterial(this.#settings, readFile);
      if (next.fingerprint === this.#material.fingerprint) {
        events.reloaded('unchanged');
        return;
      }
      this.#material = next;
      logger.info('New certificates are in use for new connections', { certificates: next.certificates });
      events.reloaded('changed');
    } catch (error) {
      logger.error('New certificates cannot be used; the ones before stay', { error });
      events.reloaded('refused');
      return;
    }
    for (const listener of this.#listeners) listener();
  }
}
