// OPTIONS from one address, RATE a second for SECONDS, each another transaction; answers are not looked at. Ends with a line of
// JSON: how many left, in how many seconds.
import { Buffer } from 'node:buffer';
import { createSocket } from 'node:dgram';
import process from 'node:process';

const { TARGET_HOST, TARGET_PORT, SOURCE, RATE, SECONDS } = process.env;
const rate = Number(RATE);
const total = rate * Number(SECONDS);
const socket = createSocket({
  type: 'udp4',
  sendBufferSize: 4_194_304,
  lookup: (host, _options, done) => done(null, host, 4),
});
await new Promise((resolve) => socket.bind(0, SOURCE, resolve));
const place = `${SOURCE}:${socket.address().port}`;
const message = (number) =>
  Buffer.from(
    `OPTIONS sip:${TARGET_HOST}:${TARGET_PORT} SIP/2.0\r\nVia: SIP/2.0/UDP ${place};branch=z9hG4bK${number};rport\r\n` +
      `From: <sip:flood@${place}>;tag=${number}\r\nTo: <sip:${TARGET_HOST}:${TARGET_PORT}>\r\nCall-ID: ${number}@${place}\r\n` +
      'CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
    'latin1',
  );
const started = process.hrtime.bigint();
const elapsed_s = () => Number(process.hrtime.bigint() - started) / 1e9;
let sent = 0;
let failed = 0;

/** What is due by now; what is late is sent at once. */
function send() {
  const due = Math.min(total, Math.floor(elapsed_s() * rate));
  for (; sent < due; sent += 1) {
    socket.send(message(sent), Number(TARGET_PORT), TARGET_HOST, (error) => {
      if (error !== null) failed += 1;
    });
  }
  if (sent < total) setTimeout(send, 1);
  else setTimeout(end, 200, elapsed_s());
}

function end(seconds) {
  process.stdout.write(`${JSON.stringify({ sent: sent - failed, seconds })}\n`);
  socket.close();
}

process.stdout.write('ready\n');
send();
