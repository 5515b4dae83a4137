import { connect } from 'node:net';
import { formatHostPort, type HostPort } from '@trunkline/runtime/env-fields';

const probeDeadline_ms = 2_000;

/** What a TCP server says first; rejects when it cannot be reached or says nothing. */
function tcpGreeting(address: HostPort): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address.port, address.host);
    socket.setTimeout(probeDeadline_ms, () => socket.destroy(new Error('no answer')));
    socket.setEncoding('utf8');
    socket.once('data', (text) => {
      resolve(String(text));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed without an answer')));
  });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** Undefined when the server's answer begins as expected, else why not. */
export async function saysFirst(address: HostPort, beginning: string): Promise<string | undefined> {
  try {
    const text = await tcpGreeting(address);
    return text.startsWith(beginning) ? undefined : `${formatHostPort(address)} is something else`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Undefined when the URL answers 200, else the status and the beginning of the body, or why there is no answer. */
export async function answersOk(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(probeDeadline_ms) });
    const body = await response.text();
    return response.status === 200 ? undefined : `${url} answers ${response.status} ${body.slice(0, 300)}`;
  } catch (error) {
    return `${url}: ${reasonOf(error)}`;
  }
}
