// Loaded into the SIP server with NODE_OPTIONS=--require. PROBE=profile: a CPU profile from the first SIGUSR2 to the second.
// PROBE=memory: at SIGUSR2 the garbage is collected and what is left is written down. PROBE_FILE: where to.
const { renameSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const process = require('node:process');
const v8 = require('node:v8');
const { runInNewContext } = require('node:vm');

const { PROBE, PROBE_FILE } = process.env;
let session;

/** Readers never see half of it. */
function write(value) {
  writeFileSync(`${PROBE_FILE}.new`, JSON.stringify(value));
  renameSync(`${PROBE_FILE}.new`, PROBE_FILE);
}

function profile() {
  if (session !== undefined) {
    session.post('Profiler.stop', (_error, result) => write(result.profile));
    session.disconnect();
    session = undefined;
    return;
  }
  session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 500 });
  session.post('Profiler.start');
}

function memory() {
  v8.setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  collect();
  collect();
  write(process.memoryUsage());
}

if (PROBE === 'profile') process.on('SIGUSR2', profile);
if (PROBE === 'memory') process.on('SIGUSR2', memory);
