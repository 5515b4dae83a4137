import { expect, it } from 'vitest';
import { natsPermissions, natsUsers } from './nats-access.ts';
import { buckets } from './nats-map.ts';

const services = natsUsers.filter((user) => user !== 'operator');
const maySend = (subject: string) => services.filter((user) => natsPermissions(user).publish.includes(subject));

it('lets every bucket be written and read by some service: a new one has to be said here', () => {
  for (const bucket of Object.values(buckets)) {
    expect([bucket, maySend(`$KV.${bucket}.>`)]).not.toEqual([bucket, []]);
    expect([bucket, maySend(`$JS.API.CONSUMER.CREATE.KV_${bucket}`)]).not.toEqual([bucket, []]);
  }
});

it('lets config alone write what config is the truth of', () => {
  for (const bucket of ['trunks', 'agents', 'tokens']) expect(maySend(`$KV.${bucket}.>`)).toEqual(['config']);
});

it('lets no service delete or purge a stream, or take what belongs to all', () => {
  for (const user of services) {
    const { publish, subscribe } = natsPermissions(user);
    expect(
      publish.filter((subject) => /DELETE\.(?!KV_\w+\.>|CALLS\.>)|PURGE|^[>*]|^\$JS\.(?:API\.)?>/.test(subject)),
    ).toEqual([]);
    expect(subscribe.filter((subject) => /^[>*]|^_INBOX\.>/.test(subject))).toEqual([]);
  }
});
