/** A program that has to be there, and the Debian package it comes in. */
export interface Requirement {
  readonly tool: string;
  readonly package: string;
  /** Folders beside PATH where Debian puts it; `*` stands for one folder, the highest version wins. */
  readonly folders: readonly string[];
  readonly purpose: string;
}

const system = ['/usr/sbin', '/usr/bin', '/usr/local/bin'];
const postgres = ['/usr/lib/postgresql/*/bin'];

export const runRequirements: readonly Requirement[] = [
  // Not the package `rtpengine`: that one builds a kernel module.
  { tool: 'rtpengine', package: 'rtpengine-daemon', folders: system, purpose: 'the media relay' },
  { tool: 'nats-server', package: 'nats-server', folders: system, purpose: 'the message bus' },
  { tool: 'initdb', package: 'postgresql', folders: postgres, purpose: 'the database' },
  { tool: 'openssl', package: 'openssl', folders: system, purpose: 'the certificate for SIP over TLS' },
  { tool: 'sipp', package: 'sip-tester', folders: system, purpose: 'SIPp, to place test calls' },
];

export const testRequirements: readonly Requirement[] = [
  ...runRequirements,
  { tool: 'kamailio', package: 'kamailio', folders: system, purpose: "a carrier's registrar in the wire tests" },
  { tool: 'baresip', package: 'baresip-core', folders: system, purpose: 'a real user agent in the wire tests' },
  { tool: 'dnsmasq', package: 'dnsmasq-base', folders: system, purpose: "a carrier's DNS server in the wire tests" },
  { tool: 'socat', package: 'socat', folders: system, purpose: 'the wire tests' },
  { tool: 'chromium', package: 'chromium', folders: system, purpose: 'the tests of the web page' },
];
