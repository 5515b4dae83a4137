import { describe, expect, it } from 'vitest';
import { startProgram } from './child-process.ts';
import { freePort } from './free-port.ts';

const node = (script: string) => startProgram({ name: 'a program', command: process.execPath, args: ['-e', script] });
const idle = 'setInterval(() => {}, 1e6);';

describe('a child process', () => {
  it('waits for its log and stops on SIGTERM', async () => {
    const program = await node(`${idle} console.log('up'); console.error('and running')`);
    await program.waitForLog(/up/);
    await program.waitForLog(/running/);
    expect(program.exit).toBeUndefined();
    expect(await program.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await program.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  });
  it('kills what does not stop', async () => {
    const program = await node(`process.on('SIGTERM', () => console.log('no')); ${idle} console.log('up')`);
    await program.waitForLog(/up/);
    expect(await program.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  });
  it('does not wait for a program that has ended, and shows its log', async () => {
    const program = await node(`console.log('cannot work'); process.exitCode = 3`);
    await expect(program.waitForLog(/never/)).rejects.toThrow(/ended while waiting .*: cannot work/);
    expect(await program.waitForExit()).toEqual({ code: 3, signal: null });
  });
  it('gives up at the deadline', async () => {
    const program = await node(`${idle}`);
    await expect(program.waitForLog(/never/, 50)).rejects.toThrow(/Waited 50 ms in vain for .*never/);
    await expect(program.waitForExit(50)).rejects.toThrow(/did not end in 50 ms/);
    await program.stop();
  });
  it('says when there is no such program', async () => {
    const started = startProgram({ name: 'nothing', command: '/nonexistent/program', args: [] });
    await expect(started).rejects.toThrow(/nothing cannot be started/);
  });
  it('finds ports that can be listened on', async () => {
    const ports = await Promise.all(Array.from({ length: 5 }, () => freePort('127.0.0.1')));
    for (const port of ports) expect(port).toBeGreaterThan(1_023);
  });
});
