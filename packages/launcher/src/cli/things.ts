/** Where the API has a kind of thing, and what of it people want to see in a list. */
export interface Things {
  readonly name: string;
  readonly summary: string;
  readonly list: string;
  readonly columns: readonly string[];
  /** Path of one; undefined where the API has none, and the list is searched. */
  readonly show?: (id: string) => string;
  /** Path to post the body to; text is what is missing in it. */
  readonly create: (body: Readonly<Record<string, unknown>>) => { readonly path: string } | string;
  /** Undefined where nothing is deleted. */
  readonly remove?: (thing: Readonly<Record<string, unknown>>) => string;
  /** Other verbs that take an id, each the path that is posted to. */
  readonly orders?: Readonly<Record<string, (id: string) => string>>;
}

const trunks = '/sip-trunks/trunks';

export const things: readonly Things[] = [
  {
    name: 'trunks',
    summary: 'list, show ID, create name=… provider=… …, delete ID',
    list: trunks,
    columns: ['id', 'name', 'provider', 'auth_type', 'transport', 'is_active', 'registration_status'],
    show: (id) => `${trunks}/${id}`,
    create: () => ({ path: trunks }),
    remove: ({ id }) => `${trunks}/${String(id)}`,
  },
  {
    name: 'numbers',
    summary: 'list, show ID, create trunk=ID phone_number=…, delete ID',
    list: '/phone-numbers/all',
    columns: ['id', 'phone_number', 'name', 'byot_trunk_id', 'agent_id'],
    create: ({ trunk }) => (typeof trunk === 'string' ? { path: `${trunks}/${trunk}/numbers` } : 'trunk=ID is missing'),
    remove: ({ id, byot_trunk_id }) => `${trunks}/${String(byot_trunk_id)}/numbers/${String(id)}`,
  },
  {
    name: 'agents',
    summary: 'list, show ID, create name=… uri=sip:…, delete ID',
    list: '/agents',
    columns: ['id', 'name', 'uri', 'is_active'],
    show: (id) => `/agents/${id}`,
    create: () => ({ path: '/agents' }),
    remove: ({ id }) => `/agents/${String(id)}`,
  },
  {
    name: 'tokens',
    summary: 'list, show ID, create name=… role=owner|admin|member, delete ID',
    list: '/tokens',
    columns: ['id', 'name', 'role', 'expires_at', 'created_at'],
    create: () => ({ path: '/tokens' }),
    remove: ({ id }) => `/tokens/${String(id)}`,
  },
  {
    name: 'calls',
    summary: 'list, show ID, create agent_id=ID recipient_phone_number=…, stop ID',
    list: '/executions',
    columns: ['id', 'status', 'telephony_data.to_number', 'telephony_data.hangup_reason', 'created_at'],
    show: (id) => `/executions/${id}`,
    create: () => ({ path: '/call' }),
    orders: { stop: (id) => `/call/${id}/stop` },
  },
];
