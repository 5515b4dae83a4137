import { parseDraft } from '@trunkline/sip/parse-draft';
import type { Core } from '../user-agent/core.ts';
import { newId } from '../user-agent/core.ts';
import { fromApplication } from '../user-agent/from-application.ts';
import { proxyFromApplication } from '../user-agent/proxy/proxy-from-application.ts';
import type { Application } from './application.ts';
import type { ControlMessage } from './control-client.ts';

/** One message of an authenticated application; false when it is none that we know, and the connection is to be closed. */
export function handleMessage(core: Core, app: Application, message: ControlMessage): boolean {
  const { id, type, fields } = message;
  const verb = fields[0] ?? '';
  switch (type) {
    case 'route':
      return reply(core, app, id, core.routes.add(app, verb) ? 'OK' : 'NOK|too many verbs');
    case 'remove_route':
      core.routes.remove(app, verb);
      return reply(core, app, id, 'OK');
    case 'ping':
      return reply(core, app, id, 'OK|pong');
    case 'sip':
      handleSip(core, app, message);
      return true;
    case 'proxy':
      handleProxy(core, app, message);
      return true;
    default:
      return false;
  }
}

function reply(core: Core, app: Application, answered: string, text: string): true {
  app.send(`${newId(core)}|response|${answered}|${text}`);
  return true;
}

function handleSip(core: Core, app: Application, { id, fields, sip }: ControlMessage): void {
  const [transaction_id = '', dialog_id = '', route = ''] = fields;
  const draft = sip === undefined ? undefined : parseDraft(sip);
  if (draft?.ok !== true) {
    reply(core, app, id, `NO|${draft?.reason ?? 'a SIP message is missing'}`);
    return;
  }
  fromApplication(core, app, { id, transaction_id, dialog_id, route, draft: draft.value });
}

function handleProxy(core: Core, app: Application, { id, fields, sip }: ControlMessage): void {
  const [transaction_id = '', ...rest] = fields;
  const draft = sip === undefined ? undefined : parseDraft(sip);
  if (draft?.ok === false) {
    reply(core, app, id, `NO|${draft.reason}`);
    return;
  }
  proxyFromApplication(core, app, { id, transaction_id, fields: rest, headers: draft?.value.headers });
}
