import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, startProgram } from '@trunkline/testkit/child-process';
import { sampleRate_hz, toneSamples } from '@trunkline/testkit/rtp-peer/tone';

export interface Baresip {
  readonly program: Program;
  /** Through its control port. */
  command(command: string, params?: string): void;
  /** Everything that it heard so far, call after call. */
  heard(): Promise<Int16Array>;
  stop(): Promise<void>;
}

const toneLength_s = 60;
const wavHeader_bytes = 44;
const controlPort = 4_444;

/** Debian's baresip without a screen: answers by itself, plays a tone and keeps what it hears. */
export async function startBaresip(options: {
  readonly address: string;
  readonly registrar: string;
  readonly username: string;
  readonly password: string;
  readonly tone_hz: number;
}): Promise<Baresip> {
  const { address, registrar, username, password, tone_hz } = options;
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-baresip-'));
  const wav = join(folder, 'tone.wav');
  await writeFile(
    wav,
    wavFile(toneSamples({ frequency_hz: tone_hz, amplitude: 8_000 }, 0, toneLength_s * sampleRate_hz)),
  );
  const modules = ['account', 'g711', 'aufile', 'aubridge', 'sndfile', 'ctrl_tcp', 'menu'];
  const config = [
    'poll_method epoll',
    `sip_listen ${address}:5070`,
    `net_interface ${address}`,
    'call_local_timeout 60',
    'audio_channels 1-1',
    'audio_srate 8000-8000',
    `audio_source aufile,${wav}`,
    'audio_player aubridge,nothing',
    'module_path /usr/lib/baresip/modules',
    ...modules.map((name) => `${['account', 'ctrl_tcp', 'menu'].includes(name) ? 'module_app' : 'module'} ${name}.so`),
    `ctrl_tcp_listen ${address}:${controlPort}`,
    `snd_path ${folder}`,
  ];
  await writeFile(join(folder, 'config'), `${config.join('\n')}\n`);
  const account = `<sip:${username}@${registrar}>;auth_user=${username};auth_pass=${password};answermode=auto;regint=120;audio_codecs=PCMU/8000/1`;
  await writeFile(join(folder, 'accounts'), `${account}\n`);
  const program = await startProgram({ name: 'baresip', command: 'baresip', args: ['-f', folder] });
  return {
    program,
    command(command, params) {
      const message = JSON.stringify(params === undefined ? { command } : { command, params });
      const socket = connect(controlPort, address, () => socket.end(`${message.length}:${message},`));
    },
    async heard() {
      const files = (await readdir(folder)).filter((name) => name.endsWith('-dec.wav')).sort();
      const all = await Promise.all(files.map((name) => readFile(join(folder, name))));
      const bytes = Buffer.concat(all.map((file) => file.subarray(wavHeader_bytes)));
      return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(index * 2));
    },
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** RIFF, one channel of 16-bit samples. */
function wavFile(samples: Int16Array): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const head = Buffer.alloc(wavHeader_bytes);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(sampleRate_hz, 24);
  head.writeUInt32LE(sampleRate_hz * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
