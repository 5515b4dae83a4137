import { type LoggedMessage, messageTitle } from '@trunkline/testkit/sip-peer/message-log';

/** Characters between two columns, and before the first: three columns fit on 80. */
const gap = 33;
const margin = 10;

interface Step {
  readonly at: number;
  readonly lane: 'left' | 'right';
  readonly towards: 'left' | 'right';
  readonly text: string;
}

interface Side {
  readonly name: string;
  readonly messages: readonly LoggedMessage[];
}

function arrow(text: string, towards: Step['towards']): string {
  const longest = gap - 6;
  const shown = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  const line = `-- ${shown} `.padEnd(gap - 1, '-');
  return towards === 'right' ? `${line}>` : `<${line}`;
}

function steps({ messages }: Side, lane: Step['lane']): Step[] {
  // What the left party sends goes to the right, what it receives comes from there; the other way round for the right one.
  const away = lane === 'left' ? 'right' : 'left';
  return messages.map(({ at, way, message }) => ({
    at,
    lane,
    towards: way === 'sent' ? away : lane,
    text: messageTitle(message),
  }));
}

/** Names centred above the three columns. */
function header(names: readonly string[]): string {
  return names.reduce((line, name, column) => {
    const centre = margin + column * (gap + 1);
    return line.padEnd(centre - Math.floor(name.length / 2)) + name;
  }, '');
}

/** Both legs of a call in the order of time, with Trunkline between its caller and its callee. */
export function drawLadder(left: Side, right: Side): string[] {
  const all = [...steps(left, 'left'), ...steps(right, 'right')].sort((one, other) => one.at - other.at);
  const start = all[0]?.at ?? 0;
  const empty = ' '.repeat(gap);
  return [
    header([left.name, 'Trunkline', right.name]),
    ...all.map(({ at, lane, towards, text }) => {
      const drawn = arrow(text, towards);
      const time = `${at - start} ms`.padStart(margin - 2);
      return `${time}  |${lane === 'left' ? drawn : empty}|${lane === 'right' ? drawn : empty}|`;
    }),
  ];
}
