import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callStatesPage } from './docs/call-states.ts';
import { causesPage } from './docs/causes.ts';
import { eventsPage } from './docs/events.ts';
import { natsUsersPage } from './docs/nats-users.ts';
import { torturePage } from './docs/torture.ts';

/** `TRUNKLINE_WRITE_DOCS=1 pnpm vitest run --project unit test/docs` writes the pages anew. */
const write = process.env['TRUNKLINE_WRITE_DOCS'] === '1';

const pages = [
  { page: 'call-states.md', render: callStatesPage },
  { page: 'causes.md', render: causesPage },
  { page: 'events.md', render: eventsPage },
  { page: 'torture.md', render: torturePage },
  { page: '../infra/nats/users.conf', render: natsUsersPage },
];

describe('the pages made from code are up to date', () => {
  it.each(pages)('docs/$page', ({ page, render }) => {
    const file = new URL(`../docs/${page}`, import.meta.url);
    const text = render();
    if (write) writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
