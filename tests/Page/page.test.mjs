// The page in a real Chromium against the daemon's own HTTP server, in which a cluster of 1,000 nodes is made up (tests/Integration/Page).
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLOSED, EMPTY, PAGE, TOKEN, chip, control, faults, live, open, shot, until } from './harness.mjs';

test('all nodes are there, counted by state, and the open alerts with their evidence', () => open(PAGE, async page => {
  await live(page);
  assert.equal(await page.locator('#cluster').textContent(), 'hpc');
  const numbers = await page.locator('.chip .number').allTextContents();
  assert.equal(numbers.reduce((sum, n) => sum + Number(n.replace(',', '')), 0), 1000);
  assert.equal(await page.locator('aside article').count(), 3);
  const worst = page.locator('aside article').first();
  assert.match(await worst.textContent(), /critical.*memory.*cn0042: node fault likely \(memory\).*Memory available 3\.1 GiB, expected 41/s);
  const canvas = await page.locator('canvas').evaluate(c => ({ width: c.width, painted: c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v) }));
  assert.ok(canvas.width > 300 && canvas.painted);
  await shot(page, 'cluster-light');
}));

test('an alert comes and goes, and a node changes its state, without a reload', () => open(PAGE, async page => {
  await live(page);
  await control('raise/cn0500');
  const card = page.locator('aside article', { hasText: 'cn0500' });
  await card.waitFor();
  await control('clear');
  await card.waitFor({ state: 'detached' });
  const down = async () => Number(await chip(page, 'down').textContent());
  const first = await down();
  await control('become/cn0500/down');
  await until(async () => await down() === first + 1, 'the count did not follow');
  await control('become/cn0500/normal');
  await until(async () => await down() === first, 'the count did not go back');
}));

test('a change of one node paints its cell and nothing else, and a held arrow key paints no cell', () => open(PAGE, async page => {
  await live(page);
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    window.painted = [];
    const pen = CanvasRenderingContext2D.prototype;
    const clear = pen.clearRect;
    pen.clearRect = function (x, y, w, h) {
      if (this.canvas.id === 'canvas') window.painted.push(w * h);
      return clear.call(this, x, y, w, h);
    };
  });
  const down = async () => Number(await chip(page, 'down').textContent());
  const first = await down();
  await control('become/cn0500/down');
  await until(async () => await down() === first + 1 && await page.evaluate(() => window.painted.length) > 0, 'the cell was not painted');
  await page.locator('#grid').focus();
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
  const painted = await page.evaluate(() => window.painted);
  assert.equal(painted.length, 1);
  assert.ok(painted[0] <= 28 * 28);
  await control('become/cn0500/normal');
  await until(async () => await down() === first, 'the count did not go back');
}));

test('it works by keyboard alone', () => open(PAGE, async page => {
  await live(page);
  await page.keyboard.press('/');
  await page.keyboard.type('cn0042');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await until(async () => (await page.locator('#said').textContent()).startsWith('cn0042: anomalous, score 11.2 (threshold 6.1)'), 'the search did not lead there');
  await page.keyboard.press('Enter');
  await page.locator('.node-view h2', { hasText: 'cn0042' }).waitFor();
  assert.match(page.url(), /#\/node\/cn0042$/);
  await page.keyboard.press('Escape');
  await page.locator('aside article').first().waitFor();
  await page.locator('#search').fill('');
  await page.locator('#grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('n');
  assert.match(await page.locator('#said').textContent(), /^cn0013: down/);
  const before = await page.locator('#said').textContent();
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await page.locator('#said').textContent(), before);
}));

test('a node shows its score with the threshold, its jobs as bands, and what stands out', () => open(`${PAGE}#/node/cn0042`, async page => {
  await page.locator('.chart path.score').waitFor();
  assert.ok((await page.locator('.chart path.score').getAttribute('d')).length > 5000);
  assert.ok((await page.locator('.chart path.over').getAttribute('d')).length > 100);
  assert.equal(await page.locator('.chart rect.lane').count(), 6);
  assert.match(await page.locator('.node-view table').textContent(), /memory available.*71 %.*3\.1 GiB.*41 GiB \u00b1 4 GiB/s);
  assert.equal(await page.locator('.node-view article').count(), 2);
  await page.locator('.chart svg').focus();
  await page.keyboard.press('End');
  assert.match(await page.locator('.read').textContent(), /score \d+\.\d {2}threshold 6\.1/);
  const whole = await page.locator('.chart path.score').getAttribute('d');
  await page.getByRole('button', { name: '15 min' }).click();
  assert.ok((await page.locator('.chart path.score').getAttribute('d')).length < whole.length / 4);
  await page.getByRole('button', { name: 'all' }).click();
  await shot(page, 'node-light');
}));

test('metrics stand beside what was expected of them; they can be pinned, hidden and added, zoomed and panned', () => open(`${PAGE}#/node/cn0042`, async page => {
  const curve = of => page.locator(`.curve[data-metric=${of}]`);
  await curve('memory_available_bytes').waitFor();
  assert.match(await curve('memory_available_bytes').textContent(), /memory available\s+.*B, expected .*B \u00b1/);
  assert.match(await curve('page_faults_major').textContent(), /change per second/);
  const painted = of => curve(of).locator('canvas').evaluate(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v));
  await until(() => painted('memory_available_bytes'), 'the curve was not drawn');
  await page.locator('.chart svg').first().focus();
  const times = () => page.locator('.chart svg text').allTextContents().then(t => t.join());
  const whole = await times();
  for (const key of ['+', '+', '+']) await page.keyboard.press(key);
  await until(async () => await times() !== whole, 'it did not zoom');
  const close = await times();
  await page.keyboard.press('PageUp');
  await page.keyboard.press('PageUp');
  await until(async () => await times() !== close, 'it did not pan');
  await page.keyboard.press('0');
  await until(async () => await times() === whole, 'it did not go back');
  await curve('memory_available_bytes').getByRole('button', { name: 'Keep memory available on top' }).click();
  await curve('page_faults_major').getByRole('button', { name: 'Hide page faults major' }).click();
  assert.equal(await curve('page_faults_major').count(), 0);
  await page.getByRole('button', { name: 'Show hidden (1)' }).click();
  await curve('page_faults_major').waitFor();
  // Made-up data: now and then it stands out by itself.
  if (await curve('cpu_user_share').count() === 0) {
    await page.getByLabel('Add a metric').selectOption('cpu_user_share');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
  }
  await curve('cpu_user_share').waitFor();
  await page.goto(`${PAGE}#/node/cn0041`);
  await curve('memory_available_bytes').waitFor();
  assert.equal(await page.locator('.curve').first().getAttribute('data-metric'), 'memory_available_bytes');
}));

test('the nodes of a job stand against one another, and the odd one is named', () => open(`${PAGE}#/job/8812302`, async page => {
  await page.locator('.node-view table', { hasText: 'cn0042' }).waitFor();
  assert.match(await page.locator('.standing').textContent(), /climate-ens of mira on 16 nodes, running for/);
  assert.match(await page.locator('.node-view table').textContent(), /cn0042.*deviations/);
  assert.equal(await page.locator('.node-view tbody tr').count(), 1);
  const picture = page.locator('.chart.job canvas');
  const shown = () => picture.evaluate(c => c.toDataURL());
  const lines = await shown();
  await shot(page, 'job-lines');
  await page.getByRole('button', { name: 'heat map' }).click();
  await until(async () => await shown() !== lines, 'the map was not drawn');
  await shot(page, 'job-heat');
  await page.getByLabel('Metric', { exact: true }).selectOption('cpu_user_share');
  await page.locator('.node-view .empty', { hasText: 'None by cpu user' }).waitFor();
  await picture.focus();
  await page.keyboard.press('ArrowDown');
  assert.match(await page.locator('.chart.job .read').textContent(), /median .*%  cn\d+ /);
  await page.keyboard.press('Enter');
  await until(async () => /#\/node\/cn00/.test(page.url()), 'Enter did not open the node');
  await page.goto(`${PAGE}#/job/${encodeURIComponent('<b>7')}`);
  await page.locator('.node-view .empty', { hasText: 'No job <b>7 is known.' }).waitFor();
}));

test('a stretch is marked as a fault and as normal, seen in the chart, exported, and undone', () => open(`${PAGE}#/node/cn0042`, async page => {
  await page.locator('.marks .chip').first().waitFor();
  await page.locator('.marks .chip').last().click();
  await page.locator('.marks form').getByLabel('it was').selectOption('memory');
  await page.locator('.marks form').getByLabel('why').fill('<b>a DIMM</b>');
  await page.keyboard.press('Enter');
  await page.locator('.marks .meta', { hasText: 'fault: memory' }).waitFor();
  assert.match(await page.locator('.marks .meta').textContent(), /by anyone.*<b>a DIMM<\/b>/);
  await page.locator('.chart rect.label.fault').waitFor();
  await shot(page, 'labels');
  await page.goto(`${PAGE}#/labels`);
  await page.locator('td', { hasText: '<b>a DIMM</b>' }).waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()]);
  assert.equal(file.suggestedFilename(), 'labels.csv');
  assert.match(readFileSync(await file.path(), 'utf8'), /^id,cluster,node,.*\r\n\d+,hpc,cn0042,.*,fault,memory,anyone,<b>a DIMM<\/b>,/s);
  await page.getByRole('button', { name: /^Undo label/ }).click();
  await page.locator('.empty', { hasText: 'None yet.' }).waitFor();
}));

test('alerts of the past are searched and exported', () => open(`${PAGE}#/history`, async page => {
  await page.locator('article').nth(3).waitFor();
  await page.locator('input[name=node]').fill('cn0042');
  await page.locator('select[name=kind]').selectOption('cpu');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Search' }).click();
  await until(async () => await page.locator('article').count() === 1, 'it found others');
  assert.match(await page.locator('article').textContent(), /cn0042: node fault likely \(cpu\)/);
  await page.locator('input[name=from]').fill('yesterday');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.locator('.notice.bad', { hasText: 'expected unix seconds or ISO 8601' }).waitFor();
  await page.locator('input[name=from]').fill('');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()]);
  const rows = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
  assert.equal(rows.length, 2);
  assert.match(rows[1], /^hpc-11,1,cleared,node,cpu,warning,/);
}));

test('patterns are shown with how their segments begin, joined and given segments, and there is a way back', () => open(`${PAGE}#/patterns`, async page => {
  await page.locator('table', { hasText: 'solver' }).waitFor();
  await page.locator('td', { hasText: 'accepted by ada' }).waitFor();
  assert.equal(await page.locator('aside img').count(), 0);
  await page.getByRole('link', { name: /solver/ }).click();
  await page.locator('.shape svg path.mean').first().waitFor();
  await page.getByLabel(/^Move the segment of cn0050/).selectOption({ index: 1 });
  await page.getByRole('button', { name: /^Move the segment of cn0050/ }).click();
  await page.locator('.notice', { hasText: 'Done: version 4 is active.' }).waitFor();
  await shot(page, 'pattern');
  await page.locator('.notice').getByRole('button', { name: 'Undo' }).click();
  await page.locator('.notice', { hasText: /Done: version|so already/ }).waitFor();
}));

/** What the page asked of the API since. */
function asked(page) {
  const paths = [];
  page.on('request', r => { const { pathname } = new URL(r.url()); if (pathname.startsWith('/api/')) paths.push(pathname); });
  return paths;
}

test('what changes at the server is shown without being asked for: nodes, a node, a job, labels of others, the library', () => open(PAGE, async page => {
  await live(page);
  await page.waitForTimeout(3000);
  const paths = asked(page);
  const down = async () => Number(await chip(page, 'down').textContent());
  const first = await down();
  await control('become/cn0700/down');
  await until(async () => await down() === first + 1, 'the change was not told');
  assert.deepEqual(paths, []);
  await page.goto(`${PAGE}#/node/cn0700`);
  await page.locator('.standing', { hasText: 'down' }).waitFor();
  await page.waitForTimeout(3000);
  paths.length = 0;
  await control('become/cn0700/normal');
  await page.locator('.standing', { hasText: 'normal' }).waitFor();
  assert.ok(!paths.includes('/api/v1/nodes/changes'), 'it asked what changed');
  const now = Date.now();
  const label = await fetch(`${PAGE}api/v1/labels`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ node: 'cn0700', from: new Date(now - 60_000).toISOString(), until: new Date(now).toISOString(), label: 'fault', fault: 'disk', who: 'ben', note: 'seen by another' }) });
  assert.ok(label.ok, await label.text());
  await page.locator('.marks .meta', { hasText: 'seen by another' }).waitFor();
  await page.goto(`${PAGE}#/labels`);
  await page.locator('td', { hasText: 'seen by another' }).waitFor();
  const { labels } = await (await fetch(`${PAGE}api/v1/labels`)).json();
  await fetch(`${PAGE}api/v1/labels/${labels[0].id}`, { method: 'DELETE' });
  await page.locator('.empty', { hasText: 'None yet.' }).waitFor();
  await page.goto(`${PAGE}#/job/8812302`);
  await page.locator('.node-view tbody tr', { hasText: 'cn0042' }).waitFor();
  await page.waitForTimeout(4000);
  paths.length = 0;
  await control('become/cn0042/down');
  await page.locator('.node-view tbody td', { hasText: 'down' }).waitFor();
  assert.ok(!paths.includes('/api/v1/nodes/changes'), 'it asked what changed');
  await control('become/cn0042/anomalous');
  await page.goto(`${PAGE}#/patterns`);
  await page.locator('table', { hasText: 'solver' }).waitFor();
  await page.getByRole('link', { name: /solver/ }).focus();
  await control('library/5');
  await page.getByRole('row', { name: /^5 .*made while somebody looked/ }).waitFor();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /solver/, 'the focus is lost');
}));

test('where nothing can be told, the page says so and asks: nodes and alerts come all the same', () => open(PAGE, async page => {
  await page.locator('#link[data-state=asking]').waitFor();
  const down = async () => Number(await chip(page, 'down').textContent());
  const first = await down();
  await control('become/cn0701/down');
  await until(async () => await down() === first + 1, 'the change was not found');
  await control('raise/cn0701');
  await page.locator('aside article', { hasText: 'cn0701' }).waitFor();
  await control('clear');
  await page.locator('aside article', { hasText: 'cn0701' }).waitFor({ state: 'detached' });
  await control('become/cn0701/normal');
  await page.unroute('**/api/v1/live*');
  await live(page);
}, { before: page => page.route('**/api/v1/live*', r => r.abort()) }));

test('a hostile name is shown as it is written and does nothing', () => open(PAGE, async page => {
  await live(page);
  await page.goto(`${PAGE}#/node/cn0050`);
  await page.locator('.node-view dd', { hasText: '<img src=x onerror="window.hit=1">\ufffdgnp.exe' }).waitFor();
  await page.selectOption('#by', 'job');
  await page.waitForTimeout(100);
  assert.equal(await page.evaluate(() => window.hit), undefined);
  assert.equal(await page.locator('aside img').count(), 0);
  await page.goto(`${PAGE}#/node/${encodeURIComponent('<svg onload=alert(1)>')}`);
  await page.locator('.node-view h2', { hasText: '<svg onload=alert(1)>' }).waitFor();
}));

test('where tokens are asked for, so does the page, and keeps the answer for this tab only', () => open(CLOSED, async page => {
  await page.locator('#door[open]').waitFor();
  await page.locator('#token').fill('not-a-token-0123456789');
  await page.keyboard.press('Enter');
  await page.locator('#door-why', { hasText: 'Another one?' }).waitFor();
  await shot(page, 'token');
  await page.locator('#token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await live(page);
  assert.equal(await page.locator('#door[open]').count(), 0);
  assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
  await page.reload();
  await live(page);
}));

test('a cluster without a node says what to do', () => open(EMPTY, async page => {
  await page.locator('#empty', { hasText: 'remote_write' }).waitFor();
  await page.locator('aside .empty', { hasText: 'None.' }).waitFor();
}));

test('it works behind a prefix, as through a proxy', async () => {
  const to = new URL(PAGE);
  const proxy = createServer((from, answer) => {
    if (!from.url.startsWith('/watch/')) {
      answer.writeHead(404).end();
      return;
    }
    const on = request({ host: to.hostname, port: to.port, path: from.url.slice(6), method: from.method, headers: from.headers }, r => {
      answer.writeHead(r.statusCode, r.headers);
      r.pipe(answer);
    });
    on.on('error', () => answer.destroy());
    // A stream never ends by itself: it goes with the one who reads it.
    answer.on('close', () => on.destroy());
    from.pipe(on);
  });
  await new Promise(done => proxy.listen(0, '127.0.0.1', done));
  try {
    await open(`http://127.0.0.1:${proxy.address().port}/watch/`, async page => {
      await live(page);
      assert.equal(await page.locator('aside article').count(), 3);
    });
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

for (const [scheme, width] of [['light', 1440], ['dark', 1440], ['dark', 390]]) {
  test(`it fits ${width} pixels in ${scheme}, and axe finds no serious fault`, () => open(PAGE, async page => {
    await live(page);
    await page.locator('aside article').first().waitFor();
    for (const hash of ['#/', '#/node/cn0042', '#/job/8812302', '#/alert/hpc-17', '#/patterns', '#/pattern/0', '#/labels', '#/actions', '#/history']) {
      await page.goto(PAGE + hash);
      await page.locator({ node: '.curve', job: '.node-view table', patterns: 'table', actions: 'table', pattern: '.shape', labels: 'aside .empty', '': 'aside article' }[hash.split('/')[1]] ?? 'article').first().waitFor();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${hash} is wider than the window`);
      assert.deepEqual(await faults(page), []);
      await shot(page, `${hash.split('/')[1] || 'cluster'}-${scheme}-${width}`);
    }
  }, { width, height: width < 500 ? 844 : 900, scheme }));
}

test('what is painted piece by piece is what would be painted anew, grouped by name and by state', () => open(PAGE, async page => {
  await live(page);
  const picture = () => page.locator('#canvas').evaluate(c => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(c.toDataURL())))));
  for (const by of ['name', 'state']) {
    await page.selectOption('#by', by);
    const first = await picture();
    for (let i = 0; i < 3; i++) {
      const before = await picture();
      await control('churn/0.05');
      await until(async () => await picture() !== before, 'the changes were not painted');
    }
    await page.locator('#search').fill('cn00');
    await page.locator('#search').fill('');
    // By state, new places are found within a second of the last change.
    let pieces = await picture();
    await until(async () => { const before = pieces; await page.waitForTimeout(1500); return (pieces = await picture()) === before; }, 'it did not come to rest');
    assert.notEqual(pieces, first);
    await page.emulateMedia({ colorScheme: 'dark' });
    await until(async () => await picture() !== pieces, 'it was not painted anew in dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await until(async () => await picture() === pieces, `grouped by ${by}, painted anew it is another picture`);
  }
}));

test('5,000 changes of nodes are followed without an error', () => open(PAGE, async page => {
  await live(page);
  for (let i = 0; i < 10; i++) await control('churn/0.5');
  const anomalous = async () => Number(await chip(page, 'anomalous').textContent());
  await until(async () => await anomalous() > 100, 'the changes did not come');
}));
