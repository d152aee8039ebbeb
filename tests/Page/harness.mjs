// What the tests of the page share: a browser, a page of its own for each test, and ways to say what happens in the made-up cluster.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

export const { PAGE, CLOSED, EMPTY, TOKEN } = process.env;
const { CONTROLS, CHROMIUM, SHOTS } = process.env;
const Patience = 60_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'], timeout: Patience });
});
after(() => browser?.close());

/** A page of its own; what must never happen on any is looked for at the end: errors, refused content, other hosts. */
export async function open(address, work, { width = 1440, height = 900, scheme = 'light', before = null } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  context.setDefaultTimeout(Patience);
  const page = await context.newPage();
  const wrong = [];
  const origin = new URL(address).origin;
  page.on('pageerror', e => wrong.push(e.message));
  page.on('console', m => /Content Security|TrustedHTML|Refused/i.test(m.text()) && wrong.push(m.text()));
  page.on('dialog', d => { wrong.push(`dialog: ${d.message()}`); d.dismiss(); });
  page.on('request', r => new URL(r.url()).origin !== origin && wrong.push(`asked ${r.url()}`));
  try {
    await before?.(page);
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    await work(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

export const control = words => fetch(CONTROLS + words, { method: 'POST' }).then(r => assert.equal(r.status, 200));
export const live = page => page.locator('#link[data-state=live]').waitFor();
export const chip = (page, state) => page.locator('.chip', { hasText: state }).locator('.number');
export const shot = (page, name) => SHOTS ? page.screenshot({ path: `${SHOTS}/${name}.png` }) : null;

export async function until(claim, words) {
  const end = Date.now() + Patience;
  while (!await claim()) {
    assert.ok(Date.now() < end, words);
    await new Promise(done => setTimeout(done, 100));
  }
}

/** Serious and critical faults by axe; run through the debugger's own world, since the page's policy lets no other script in. */
export async function faults(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => `${v.id}: ${v.nodes.map(n => n.html).slice(0, 3).join(' | ')}`);
}
