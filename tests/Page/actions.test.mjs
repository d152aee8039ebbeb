import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, live, open, PAGE, shot } from './harness.mjs';

const row = (page, table, words) => page.getByRole('region', { name: table, exact: true }).getByRole('row', { name: words });

test('what is done, why, and how the jobs stand is there to be read', () => open(`${PAGE}#/actions`, async page => {
  await live(page);
  await row(page, 'Under way', /^6 ask for a checkpoint cn0042 8812302 proposed .*waits for an operator/).waitFor();
  await row(page, 'Under way', /^3 requeue .*unknown .*slurmctld did not answer/).waitFor();
  await row(page, 'Jobs', /^8812302 16 nodes cn0042 50 % .*32 min USR1, requeue after checkpoint/).waitFor();
  await row(page, 'Decisions', /migrate 8812302 cn0042 .*4\.0 node-hours 6/).waitFor();
  await row(page, 'Actions that are over', /^5 drain cn0042 done .*Reason=tocsin:5/).waitFor();
  assert.match(await page.locator('.node-view').textContent(), /Done in main; a dry run elsewhere.*Policy adaptive.*Out because of Tocsin: cn0042/);
  assert.deepEqual(await faults(page), []);
  await shot(page, 'actions');
}));

test('an operator vetoes, takes it back, closes and holds, with a reason, by keyboard', () => open(`${PAGE}#/actions`, async page => {
  await live(page);
  await page.getByRole('button', { name: 'Veto action 6' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel(/^Veto action 6 \(signal cn0042\)\. Why\?/).waitFor();
  await page.keyboard.type('cn0042 is only slow');
  assert.deepEqual(await faults(page), []);
  await shot(page, 'actions-word');
  await page.keyboard.press('Enter');
  await page.locator('.notice', { hasText: 'veto holds (cn0042 is only slow)' }).waitFor();
  await row(page, 'Actions that are over', /^6 .*refused .*vetoed by anyone: cn0042 is only slow/).waitFor();
  await row(page, 'Vetoes', /action 6 anyone cn0042 is only slow it is taken back/).getByRole('button', { name: /Take back/ }).click();
  await page.getByRole('heading', { name: 'Vetoes' }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Close action 3' }).click();
  await page.getByRole('button', { name: 'Not now' }).click();
  await row(page, 'Under way', /^3 requeue .*unknown/).waitFor();
  await page.getByRole('button', { name: 'Close action 3' }).click();
  await page.keyboard.type('it runs once');
  await page.keyboard.press('Enter');
  await row(page, 'Actions that are over', /^3 .*failed .*closed by anyone: it runs once/).waitFor();

  await page.getByRole('button', { name: 'Hold everything' }).click();
  await page.keyboard.type('maintenance');
  await page.keyboard.press('Enter');
  await page.locator('.standing', { hasText: 'Held by anyone: maintenance' }).waitFor();
  await page.getByRole('button', { name: 'Release' }).click();
  await page.keyboard.press('Enter');
  await page.locator('.standing', { hasText: 'Switched on' }).waitFor();
}));

test('where nothing is decided, it says why', () => open(`${PAGE}#/actions`, async page => {
  await page.locator('.empty', { hasText: 'nothing is decided here: actions.decide is off' }).waitFor();
}, { before: page => page.route('**/api/v1/decisions*', r => r.fulfill({ json: { decided_at: null, dry_run: true, enabled: [], policy: 'none', held: null, brake: 'nothing is decided here: actions.decide is off, or Slurm is not asked (slurm.nodes)', jobs: [], jobs_total: 0, decisions: [], next: null } })) }));

test('an action that is held asks for no approval, one that waits for an operator does', () => open(`${PAGE}#/actions`, async page => {
  await row(page, 'Under way', /^6 .*waits: held by an operator/).waitFor();
  await page.getByRole('button', { name: 'Approve action 7' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Approve action 6' }).count(), 0);
}, { before: page => page.route('**/api/v1/actions?open=true*', r => r.fulfill({ json: { actions: [{ id: 6, kind: 'signal', node: 'cn0042', job: '8812302', state: 'proposed', since: '2026-01-31T14:02:15.000Z', reason: 'cn0042 is expected to fail', waits: 'held by an operator (tocsin hold)', approved: false, forced: false }, { id: 7, kind: 'signal', node: 'cn0042', job: '8812302', state: 'proposed', since: '2026-01-31T14:02:15.000Z', reason: 'cn0042 is expected to fail', waits: 'waits for an operator', approved: false, forced: false }], vetoes: [], nodes_out: [] } })) }));

test('of many jobs it asks for a hundred and says how many there are', () => open(`${PAGE}#/actions`, async page => {
  await page.getByRole('heading', { name: 'Jobs (1 of 4,312)' }).waitFor();
}, { before: page => page.route('**/api/v1/decisions?*jobs=100*', async r => { const answer = await r.fetch(); await r.fulfill({ json: { ...await answer.json(), jobs_total: 4312 } }); }) }));
