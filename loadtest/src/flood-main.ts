import { createSocket } from 'node:dgram';
import { type Clock, systemClock } from '@trunkline/runtime/clock';

/**
 * OPTIONS from the address SOURCE to TARGET_HOST:TARGET_PORT, RATE a second for SECONDS, each another transaction; answers are not
 * looked at. Ends with a line of JSON: how many left, in how many seconds.
 */
const {
  TARGET_HOST = '127.0.0.1',
  TARGET_PORT = '5060',
  SOURCE = '127.9.9.9',
  RATE = '20000',
  SECONDS = '10',
} = process.env;
const SOCKET_BUFFER_BYTES = 4_194_304;
/** For the last that are on their way. */
const LINGER_MS = 200;

async function flood(clock: Clock): Promise<void> {
  const rate_per_s = Number(RATE);
  const total = rate_per_s * Number(SECONDS);
  const socket = createSocket({
    type: 'udp4',
    sendBufferSize: SOCKET_BUFFER_BYTES,
    // Addresses are literal: asking for each would cost more than sending.
    lookup: (host, _options, done) => done(null, host, 4),
  });
  await new Promise<void>((resolve) => socket.bind(0, SOURCE, resolve));
  const place = `${SOURCE}:${socket.address().port}`;
  const started = clock.now();
  let sent = 0;
  let failed = 0;
  const sendDue = (): void => {
    const due = Math.min(total, Math.floor(((clock.now() - started) * rate_per_s) / 1_000));
    for (; sent < due; sent += 1) {
      socket.send(options(sent, place), Number(TARGET_PORT), TARGET_HOST, (error) => {
        if (error !== null) failed += 1;
      });
    }
    if (sent < total) {
      clock.after(1, sendDue);
      return;
    }
    const seconds = (clock.now() - started) / 1_000;
    clock.after(LINGER_MS, () => {
      process.stdout.write(`${JSON.stringify({ sent: sent - failed, seconds })}\n`);
      socket.close();
    });
  };
  sendDue();
}

const options = (number: number, place: string): Buffer =>
  Buffer.from(
    `OPTIONS sip:${TARGET_HOST}:${TARGET_PORT} SIP/2.0\r\nVia: SIP/2.0/UDP ${place};branch=z9hG4bK${number};rport\r\n` +
      `From: <sip:flood@${place}>;tag=${number}\r\nTo: <sip:${TARGET_HOST}:${TARGET_PORT}>\r\nCall-ID: ${number}@${place}\r\n` +
      'CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
    'latin1',
  );

await flood(systemClock);
