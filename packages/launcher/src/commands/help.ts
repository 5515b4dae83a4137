import type { Command } from '../command.ts';
import { type Endpoint, endpointNames, endpoints } from '../stack/endpoints.ts';

/** The help text needs the list of commands, which needs this one: it is given later. */
export function helpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'shows this text',
    async run({ print }) {
      print.line('Usage: ./trunkline <command>');
      print.heading('Commands');
      for (const { name, summary } of commands()) print.line(`  ${name.padEnd(8)} ${summary}`);
      print.heading('Environment');
      print.line('  TRUNKLINE_DIR               state, logs and secrets (.trunkline)');
      print.line('  TRUNKLINE_MEDIA_OUTSIDE     address of RTP towards carriers (127.0.0.1)');
      print.line('  TRUNKLINE_MEDIA_INSIDE      address of RTP towards agents (127.0.0.2)');
      print.line('  TRUNKLINE_RTP_PORTS         ports of RTP (30000-44999)');
      print.line('  TRUNKLINE_MORE_RTPENGINES   rtpengines beside the own one: host:port[;weight=n], ...');
      print.line('  TRUNKLINE_LOG_LEVEL         debug, info, warn or error (info)');
      print.line(
        '  TRUNKLINE_API               where trunks, numbers, agents, tokens and calls are (the config API of this machine)',
      );
      print.line('  TRUNKLINE_TOKEN             token for them (the one in .trunkline/secrets)');
      for (const name of endpointNames) {
        const { variable, what, usual }: Endpoint = endpoints[name];
        print.line(`  ${variable.padEnd(27)} where ${what} listens (${usual.host}:${usual.port})`);
      }
      return 0;
    },
  };
}
