import type { CallRecord } from '@trunkline/contracts/call-record';
import type { Instant } from '@trunkline/contracts/time';
import { systemClock } from '@trunkline/runtime/clock';
import { eventOf, refusedRecord, sampleRecord } from '@trunkline/status/testing/sample-calls';
import { sampleTrunk } from '@trunkline/status/testing/sample-trunk';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type StatusWorld, startStatusWorld, token } from './status-world.ts';

const hostile = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
const shown_ms = 15_000;

let world: StatusWorld;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  world = await startStatusWorld();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});
beforeEach(async () => {
  faults.length = 0;
  page = await browser.newPage();
  page.setDefaultTimeout(shown_ms);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(world.url);
  return () => page.close();
});

async function signIn(): Promise<void> {
  await page.getByLabel('Bearer token').fill(token);
  await page.getByRole('button', { name: 'Show my trunks' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
}

describe('the status page in a real browser', () => {
  it('refuses a token that is not known', async () => {
    await page.getByLabel('Bearer token').fill('not-a-token');
    await page.getByRole('button', { name: 'Show my trunks' }).click();
    await page.getByText('This token is not known, or it has expired.').waitFor();
    expect(await page.getByRole('heading', { name: 'Trunks' }).isVisible()).toBe(false);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('shows a trunk, a call that begins and ends without a reload, and its explanation', async () => {
    await signIn();
    await page.getByText('No trunk yet.').waitFor();
    const generation = await world.putTrunk(sampleTrunk());
    await world.beat(generation);
    const trunk = page.locator('#trunks tr');
    await trunk.getByText('Carrier A').waitFor();
    await trunk.getByText('sip.carrier.example:5060').waitFor();
    await trunk.getByText('+4930222 → Anna').waitFor();
    await trunk.getByText(`generation ${generation}, live on 1 of 1 edge`).waitFor();

    const record = recordOfNow(1);
    await world.publish(eventOf('attempted', record));
    const live = page.locator('#live tr');
    await live.getByText('Calling').waitFor();
    await live.getByText('+4930111').waitFor();
    await live.getByText('Anna').waitFor();
    await trunk.locator('td[data-label="Calls now"]').getByText('1', { exact: true }).waitFor();
    await world.publish(eventOf('ringing', record));
    await live.getByText('Ringing').waitFor();
    await world.publish(eventOf('answered', record));
    await live.getByText('In progress').waitFor();
    const duration = live.locator('td[data-label="Duration"]');
    const before = await duration.textContent();
    await page.waitForFunction(
      (text) => document.querySelector('#live td[data-label="Duration"]')?.textContent !== text,
      before,
    );

    await world.publish(eventOf('ended', record));
    await page.getByText('Nobody is calling.').waitFor();
    const recent = page.locator('#recent tr');
    await recent.getByText('Completed').waitFor();
    await recent.getByText('The caller hung up (200)').waitFor();
    await recent.getByText('0:10').waitFor();

    await recent.getByRole('button', { name: 'Details of the call from +4930111 to +4930222' }).click();
    const details = page.getByRole('dialog', { name: '+4930111 → +4930222' });
    await details.getByText('accepted: Carrier A: 127.0.0.1 is in 127.0.0.0/8').waitFor();
    await details.getByText('Trunk Carrier A, found by acl and number: chosen').waitFor();
    await details.getByText('Of other accounts: 1 considered.').waitFor();
    await details.getByText('Anna (sip:+4930222@127.0.0.1:5080): 200 OK, rang after 795 ms').waitFor();
    await details.getByText('500 packets, 86000 octets').waitFor();
    await details.getByText('← 180 Ringing').waitFor();
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
    expect(await page.content()).not.toContain('Secret of B');
    expect(faults).toEqual([]);
  });

  it('keeps the token for a reload of the tab and forgets it on demand', async () => {
    await signIn();
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('#trunks').getByText('Carrier A').waitFor();
    await page.getByRole('button', { name: 'Forget token' }).click();
    await page.getByLabel('Bearer token').waitFor();
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([
      0,
      0,
      '',
    ]);
    expect(await page.content()).not.toContain('Carrier A');
  });

  it('shows what a caller writes as text, whatever it is', async () => {
    await signIn();
    const { account } = sampleRecord(1);
    const record = refusedRecord(50, {
      account,
      from: hostile,
      to: hostile,
      trunk_name: hostile,
      agent_name: hostile,
      sip_call_id: hostile,
      explanation: { ...sampleRecord(1).explanation, summary: hostile },
      ladder: [{ at: sampleRecord(50).started_at, from: 'caller', to: 'trunkline', text: hostile }],
      attempts: [{ ...attempt(), uri: hostile, target: hostile, reason: hostile }],
    });
    await world.putTrunk({ ...sampleTrunk(), name: hostile, provider: hostile });
    await world.publish(eventOf('refused', record));
    const row = page.locator('#recent tr').filter({ hasText: 'Refused' });
    await row.getByText(hostile).first().waitFor();
    await row.getByRole('button').click();
    await page.getByRole('dialog').getByText(`accepted: ${hostile}`).waitFor();
    await page.locator('#trunks').getByText(hostile).first().waitFor();
    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    expect(await page.locator('img, #board script, dialog script').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('comes back by itself when the service was away', async () => {
    await signIn();
    await world.killStatus();
    await page.getByText('Connection lost, trying again').waitFor();
    const record = sampleRecord(60);
    await world.publish(eventOf('attempted', record));
    await world.startStatus();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('#live').getByText('Calling').waitFor();
    await world.publish(eventOf('ended', record));
    await page.getByText('Nobody is calling.').waitFor();
  });

  it('fits a telephone and follows the dark mode', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await signIn();
    await page.locator('#recent tr').first().waitFor();
    const { wide, background } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      background: getComputedStyle(document.body).backgroundColor,
    }));
    expect(wide).toBe(0);
    expect(background).toBe('rgb(19, 24, 21)');
  });

  it('lets nothing in that is not its own', async () => {
    const answer = await fetch(world.url);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    for (const path of ['/tsconfig.json', '/../package.json', '/..%2fpackage.json', '/src/main.ts']) {
      expect((await fetch(`${world.url}${path}`)).status, path).toBe(404);
    }
  });
});

/** A sample whose times are the present's, so that its duration ticks. */
function recordOfNow(count: number): CallRecord {
  const record = sampleRecord(count);
  const later_ms = systemClock.now() - record.started_at;
  const moved = (at: Instant | null): Instant | null => (at === null ? null : ((at + later_ms) as Instant));
  const { started_at, ringing_at, answered_at, ended_at, attempts, ladder } = record;
  return {
    ...record,
    started_at: (started_at + later_ms) as Instant,
    ringing_at: moved(ringing_at),
    answered_at: moved(answered_at),
    ended_at: (ended_at + later_ms) as Instant,
    attempts: attempts.map((attempt) => ({
      ...attempt,
      started_at: (attempt.started_at + later_ms) as Instant,
      ringing_at: moved(attempt.ringing_at),
      ended_at: moved(attempt.ended_at),
    })),
    ladder: ladder.map((step) => ({ ...step, at: (step.at + later_ms) as Instant })),
  };
}

function attempt() {
  const [first] = sampleRecord(50).attempts;
  if (first === undefined) throw new Error('the sample has no attempt');
  return first;
}
