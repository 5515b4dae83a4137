import { natsPermissions, natsUsers } from '@trunkline/contracts/nats-access';

/** Users of nats-server with what each may do. Passwords come from its environment. */
export function natsUsersPage(): string {
  const quoted = (subjects: readonly string[]): string[] => subjects.map((subject) => `          "${subject}"`);
  const users = natsUsers.flatMap((user) => {
    const { publish, subscribe, replies } = natsPermissions(user);
    return [
      '    {',
      `      user: "${user}"`,
      `      password: $TRUNKLINE_NATS_${user.toUpperCase()}_PASSWORD`,
      '      permissions: {',
      '        publish: [',
      ...quoted(publish),
      '        ]',
      '        subscribe: [',
      ...quoted(subscribe),
      '        ]',
      ...(replies ? ['        allow_responses: true'] : []),
      '      }',
      '    }',
    ];
  });
  return [
    '# Generated from packages/contracts/src/nats-access.ts. Whoever has no password learns nothing and tells nothing.',
    '# Passwords are those of TRUNKLINE_NATS_URL in each service; they have to begin with a letter.',
    '',
    'authorization: {',
    '  users: [',
    ...users,
    '  ]',
    '}',
    '',
  ].join('\n');
}
