// The B2BUA of drachtio-srf's README, as a process of its own: calls are bridged to CALLEE, and ended when either side ends.
// With TAG it tells the dialog ids of each call, as an application does that keeps them where its successor finds them.
import { createRequire } from 'node:module';
import process from 'node:process';

const require = createRequire(import.meta.url);
const Srf = require('drachtio-srf');
const { CONTROL_HOST, CONTROL_PORT, CONTROL_SECRET, CALLEE, TAG } = process.env;
const say = (text) => process.stdout.write(`${text}\n`);

const srf = TAG ? new Srf(TAG) : new Srf();
let ended = 0;
const count = () => {
  ended += 1;
  say(JSON.stringify({ ended }));
};
srf.on('connect', (error, hosts) => say(error ? `refused: ${error.message}` : `connected ${hosts}`));
srf.on('error', (error) => say(`connection: ${error.message}`));
srf.connect({ host: CONTROL_HOST, port: Number(CONTROL_PORT), secret: CONTROL_SECRET });
srf.invite(async (req, res) => {
  try {
    const { uas, uac } = await srf.createB2BUA(req, res, CALLEE, { localSdpB: req.body });
    const end = (other) => {
      count();
      other.destroy().catch((error) => say(`failed to end the other leg: ${error.message}`));
    };
    uas.on('destroy', () => end(uac));
    uac.on('destroy', () => end(uas));
    if (TAG) say(JSON.stringify({ up: [uas.id, uac.id] }));
    // A BYE that came in the same read as the answer was emitted before anybody listened.
    if (!uas.connected) end(uac);
  } catch (error) {
    say(`failed ${error.status} ${error.message}`);
  }
});
process.on('SIGTERM', () => process.exit(0));
