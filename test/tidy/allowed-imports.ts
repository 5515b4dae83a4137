/** Which workspace packages may be imported by whom (DESIGN.md §2). Services never import one another: they meet on NATS. */
export const workspaceImports: Readonly<Record<string, readonly string[]>> = {
  'packages/sip': [],
  'packages/contracts': ['sip'],
  'packages/policy': ['sip', 'contracts'],
  'packages/runtime': ['contracts'],
  'packages/testkit': ['sip', 'contracts', 'policy', 'runtime'],
  'packages/launcher': ['sip', 'contracts', 'runtime', 'testkit'],
  // The fuzzer drives the SIP server from inside.
  loadtest: ['sip', 'contracts', 'runtime', 'testkit', 'launcher', 'sip-server'],
  'services/sip-server': ['sip', 'contracts', 'runtime'],
  'services/edge': ['sip', 'contracts', 'policy', 'runtime'],
  'services/config': ['sip', 'contracts', 'policy', 'runtime'],
  'services/status': ['sip', 'contracts', 'policy', 'runtime'],
};

/** Code that only tests load: it may import the testkit too. */
export const isTestCode = (path: string): boolean =>
  /\.test\.ts$|^test\/|^packages\/testkit\/|\/(testing|contract)\/|-contract\.ts$|-under-test\.ts$/.test(path);

/** The one place of each outside library; zod is the language in which the project says what data looks like. */
export const libraryPlaces: Readonly<Record<string, RegExp>> = {
  zod: /^(packages|services|test|loadtest)\//,
  vitest: /^vitest\.config\.ts$/,
  '@nats-io/transport-node': /^packages\/runtime\/src\/nats\//,
  '@nats-io/jetstream': /^packages\/runtime\/src\/nats\//,
  '@nats-io/kv': /^packages\/runtime\/src\/nats\//,
  pino: /^packages\/runtime\/src\/logger\.ts$/,
  'prom-client': /^packages\/runtime\/src\/metrics\.ts$/,
  ulid: /^packages\/runtime\/src\/ids\.ts$/,
  'drachtio-srf': /^services\/edge\/src\/drachtio\/|^loadtest\/apps\//,
  'drachtio-fn-b2b-sugar': /^services\/edge\/src\/drachtio\//,
  'rtpengine-client': /^services\/edge\/src\/rtpengine\//,
  fastify: /^services\/[^/]+\/src\/api\//,
  '@fastify/static': /^services\/[^/]+\/src\/api\//,
  '@fastify/swagger': /^services\/[^/]+\/src\/api\//,
  'fastify-type-provider-zod': /^services\/[^/]+\/src\/api\//,
  kysely: /^services\/[^/]+\/src\/store\//,
  pg: /^services\/[^/]+\/src\/store\//,
  'libphonenumber-js': /^packages\/policy\/src\//,
  'ipaddr.js': /^packages\/policy\/src\//,
  execa: /^packages\/launcher\/src\//,
  'get-port': /^packages\/launcher\/src\//,
  picocolors: /^packages\/launcher\/src\//,
};

/** What tests may import besides: a real client of what they test. */
export const testLibraries: ReadonlySet<string> = new Set([
  'vitest',
  'fast-check',
  'drachtio-srf',
  'playwright-core',
  'fastify',
  'kysely',
  'pg',
  'ajv',
  'ajv-formats',
  '@seriousme/openapi-schema-validator',
]);
