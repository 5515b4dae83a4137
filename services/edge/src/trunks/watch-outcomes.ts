import { isAlive, type Observation } from '@trunkline/policy/qualify';
import { hostPort } from '@trunkline/policy/target-uri';
import { parseUri } from '@trunkline/sip/uri';
import type { Caller, LegBReport } from '../call/legs.ts';

/** What a call told of the place that its INVITE was for. */
const silence: Observation = { alive: false, status: null, reason: 'INVITE: no answer', retry_after_s: null };

/** A caller whose INVITEs also tell how the far ends are: `heard` is called with `host:port` of the Request-URI. */
export function watchOutcomes(caller: Caller, heard: (place: string, observation: Observation) => void): Caller {
  return {
    invite(spec, report) {
      let told = false;
      const tell = (observation: Observation | undefined): void => {
        const place = placeOf(spec.uri);
        if (told || observation === undefined || place === undefined) return;
        told = true;
        heard(place, observation);
      };
      return caller.invite({ ...spec, onSilent: () => tell(silence) }, (each) => {
        tell(observationOf(each));
        report(each);
      });
    },
  };
}

function observationOf(report: LegBReport): Observation | undefined {
  switch (report.type) {
    case 'b-provisional':
      return { alive: true, status: report.status, reason: report.reason, retry_after_s: null };
    case 'b-answered':
      return { alive: true, status: 200, reason: 'OK', retry_after_s: null };
    case 'b-final': {
      const { status, reason } = report;
      const text = status === null ? reason : `${status} ${reason}`.trim();
      return { alive: status !== null && isAlive(status), status, reason: `INVITE: ${text}`, retry_after_s: null };
    }
    case 'b-sent':
    case 'b-tried':
    case 'b-bye':
    case 'b-reinvited':
      return undefined;
  }
}

function placeOf(uri: string): string | undefined {
  const parsed = parseUri(uri);
  if (!parsed.ok) return undefined;
  const { host, port } = parsed.value;
  return hostPort({ host, port: port ?? 0, srv: port === undefined });
}
