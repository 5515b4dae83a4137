import { connect } from 'node:net';

export interface ConsoleAddress {
  readonly host: string;
  readonly port: number;
}

const answerDeadline_ms = 5_000;
/** rtpengine's console closes about one connection in a thousand without a word; it then has to be asked again. */
const maxAttempts = 5;

/** A command to rtpengine's console, and all that it says; rejects when it says nothing, `maxAttempts` times. */
export async function askRtpengine(address: ConsoleAddress, command: string): Promise<string> {
  let said = '';
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    said = await askOnce(address, command);
    if (said !== '') return said;
  }
  throw new Error(`The console of rtpengine does not answer '${command}'`);
}

/** Calls that rtpengine holds now. */
export async function rtpengineSessions(address: ConsoleAddress): Promise<number> {
  const answer = await askRtpengine(address, 'list numsessions');
  const count = /own:\s*(\d+)/i.exec(answer)?.[1];
  if (count === undefined) throw new Error(`The console of rtpengine answers ${answer.slice(0, 200)}`);
  return Number(count);
}

/** Empty when the console closed the connection without an answer; rejects when nobody listens there. */
function askOnce({ host, port }: ConsoleAddress, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, host, () => socket.write(`${command}\n`));
    socket.setTimeout(answerDeadline_ms, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    // A reset after or instead of an answer is the console's way of closing; a refused connection is not.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') reject(error);
    });
    socket.on('close', () => resolve(answer));
  });
}
