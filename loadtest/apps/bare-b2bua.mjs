// The B2BUA of drachtio-srf's README: calls are bridged to CALLEE, and ended when either side ends. It does nothing else, so
// that what the SIP server costs shows.
import process from 'node:process';
import Srf from 'drachtio-srf';

const { CONTROL_HOST, CONTROL_PORT, CONTROL_SECRET, CALLEE } = process.env;
const say = (text) => process.stdout.write(`${text}\n`);

const srf = new Srf();
srf.on('connect', (error, hosts) => say(error ? `refused: ${error.message}` : `connected ${hosts}`));
srf.on('error', (error) => say(`connection: ${error.message}`));
void srf.connect({ host: CONTROL_HOST, port: Number(CONTROL_PORT), secret: CONTROL_SECRET });
async function bridge(req, res) {
  try {
    const { uas, uac } = await srf.createB2BUA(req, res, CALLEE, { localSdpB: req.body });
    const end = (other) => other.destroy().catch(() => {});
    uas.on('destroy', () => end(uac));
    uac.on('destroy', () => end(uas));
    // A BYE that came in the same read as the answer was emitted before anybody listened.
    if (!uas.connected) end(uac);
  } catch (error) {
    say(`failed ${error.status} ${error.message}`);
  }
}
srf.invite((req, res) => void bridge(req, res));
process.on('SIGTERM', () => process.exit(0));
