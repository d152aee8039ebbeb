// An operator's ways through the page, by keyboard alone, and what the pictures of a node do: tests/Integration/Page starts it, as it does page.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE, control, faults, live, open, shot, until } from './harness.mjs';

/** Goes on with Tab until what has the focus is so named; whatever is passed must show that it has it. */
async function tabTo(page, named, { back = false, most = 300 } = {}) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      return { words: `${e.tagName} ${e.getAttribute('aria-label') ?? ''} ${e.labels?.[0]?.textContent ?? ''} ${e.textContent}`.slice(0, 300), shown: e === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) };
    });
    assert.ok(at.shown, `the focus is not seen on ${at.words}`);
    if (named.test(at.words)) return;
  }
  assert.fail(`Tab does not come to ${named}`);
}

const focused = page => page.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.getAttribute('aria-label') ?? ''} ${document.activeElement.textContent}`.slice(0, 200));

for (const scheme of ['light', 'dark']) {
  test(`in ${scheme}, by keyboard alone: from the grid to a node, a suggested label is given and undone, an alarm is dismissed and taken back`, () => open(PAGE, async page => {
    await live(page);
    await page.keyboard.press('Tab');
    assert.match(await focused(page), /^A .*To the grid of nodes/);
    await page.keyboard.press('Enter');
    await until(async () => /^DIV Nodes/.test(await focused(page)), 'the skip link does not lead to the grid');
    await page.keyboard.press('Home');
    for (let i = 0; i < 60 && !/^cn0042: anomalous/.test(await page.locator('#said').textContent()); i++) await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.locator('.node-view h2', { hasText: 'cn0042' }).waitFor();
    await page.locator('.curve').first().waitFor();
    assert.match(await focused(page), /^H2 .*cn0042/);

    await tabTo(page, /^BUTTON .*Closer/);
    const times = () => page.locator('.chart svg text').allTextContents().then(t => t.join());
    const whole = await times();
    await page.keyboard.press('Enter');
    await until(async () => await times() !== whole, 'Enter on Closer does not zoom');
    await tabTo(page, /^svg/i);
    await page.keyboard.press('0');
    await until(async () => await times() === whole, '0 does not show all');

    await tabTo(page, /^BUTTON .*Hide page faults major/);
    await page.keyboard.press('Enter');
    await page.locator('.curve[data-metric=page_faults_major]').waitFor({ state: 'detached' });
    assert.match(await focused(page), /^BUTTON Hide|^SELECT/);
    await tabTo(page, /Show hidden/, { back: true });
    await page.keyboard.press('Enter');
    await page.locator('.curve[data-metric=page_faults_major]').waitFor();

    await tabTo(page, /^BUTTON {2}.*(deviations off|its threshold)/);
    await shot(page, `operator-suggestion-${scheme}`);
    await page.keyboard.press('Enter');
    await until(async () => await page.locator('.marks form').isVisible(), 'the suggestion does not open the form');
    await tabTo(page, /^INPUT .*why/);
    await page.keyboard.type(`seen by hand in ${scheme}`);
    await page.keyboard.press('Enter');
    const label = page.locator('.marks .meta', { hasText: `seen by hand in ${scheme}` });
    await label.waitFor();
    await page.locator('.chart rect.label.fault').waitFor();
    await shot(page, `operator-label-${scheme}`);
    await tabTo(page, /^BUTTON .*Undo label/);
    await page.keyboard.press('Enter');
    await label.waitFor({ state: 'detached' });

    await tabTo(page, /^BUTTON .*False alarm/);
    await page.keyboard.press('Enter');
    const notice = page.locator('article .notice');
    await notice.filter({ hasText: /It removes .*last 7 days/ }).waitFor();
    await shot(page, `operator-preview-${scheme}`);
    assert.deepEqual(await faults(page), []);
    // The alert goes on meanwhile: a new revision of it takes neither the preview nor the focus away.
    await control('become/cn0042/anomalous');
    await tabTo(page, /^BUTTON .*Do it/);
    await page.keyboard.press('Enter');
    await notice.filter({ hasText: 'Done: what is like it is not told of.' }).waitFor();
    await tabTo(page, /^BUTTON .*Undo$/);
    await page.keyboard.press('Enter');
    await notice.filter({ hasText: 'Undone.' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('aside article').first().waitFor();
  }, { scheme }));

  test(`in ${scheme}, by keyboard alone: a pattern is accepted, a segment moved and two patterns joined, and arrow keys alone change nothing`, () => open(PAGE, async page => {
    await live(page);
    const posted = [];
    page.on('request', r => r.method() !== 'GET' && posted.push(new URL(r.url()).pathname));
    await tabTo(page, /^A .*Patterns/);
    await page.keyboard.press('Enter');
    await page.locator('table', { hasText: 'solver' }).waitFor();
    await tabTo(page, /^BUTTON .*Accept/);
    await shot(page, `operator-patterns-${scheme}`);
    await page.keyboard.press('Enter');
    await page.locator('.notice', { hasText: /Done: version|so already/ }).waitFor();
    assert.match(posted.pop(), /patterns\/\d+\/accept$/);
    await tabTo(page, /^A .*solver/, { back: true });
    await page.keyboard.press('Enter');
    await page.locator('.shape svg path.mean').first().waitFor();
    await tabTo(page, /^SELECT Move the segment of cn0050/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(posted, []);
    // Somebody changes the library meanwhile: what is chosen stays chosen.
    await control(`library/${scheme === 'light' ? 20 : 21}`);
    await tabTo(page, /^BUTTON .*Move/);
    assert.deepEqual(posted, []);
    assert.notEqual(await page.getByLabel(/^Move the segment of cn0050/).inputValue(), '');
    await page.keyboard.press('Enter');
    await page.locator('.notice', { hasText: /Done: version|so already/ }).waitFor();
    assert.match(posted.pop(), /patterns\/\d+\/members$/);
    await shot(page, `operator-moved-${scheme}`);
    await tabTo(page, /^SELECT Join pattern/, { back: true });
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(posted, []);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(async () => posted.some(p => /patterns\/\d+\/join$/.test(p)), 'Enter on Join does not join');
    assert.deepEqual(await faults(page), []);
  }, { scheme }));
}

test('a metric that stands out is drawn with what was expected of it, and zooms, pans, is pinned and hidden with mouse and wheel', () => open(`${PAGE}#/node/cn0042`, async page => {
  const curve = page.locator('.curve[data-metric=memory_available_bytes]');
  const canvas = curve.locator('canvas');
  await canvas.waitFor();
  /** Pixels near a colour of the page: the value's line, and the dashed line of what was expected. */
  const pixels = of => canvas.evaluate((c, of) => {
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${of}`).trim();
    probe.fillRect(0, 0, 1, 1);
    const want = probe.getImageData(0, 0, 1, 1).data;
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && [0, 1, 2].every(k => Math.abs(data[i + k] - want[k]) < 24)) n++;
    return n;
  }, of);
  await until(async () => await pixels('score') > 50 && await pixels('threshold') > 50, 'value and expectation are not both drawn');
  assert.match(await curve.textContent(), /expected .*\u00b1/);
  const picture = () => canvas.evaluate(c => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(c.toDataURL())))));
  const whole = await picture();
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  await page.keyboard.down('Control');
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -120);
  await page.keyboard.up('Control');
  await until(async () => await picture() !== whole, 'Ctrl and wheel over the metric do not zoom');
  // All pictures of the node show the same stretch: the score's has other times, too.
  const times = () => page.locator('.chart svg text').allTextContents().then(t => t.join());
  const close = await times();
  await page.keyboard.down('Shift');
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -300);
  await page.keyboard.up('Shift');
  await until(async () => await times() !== close, 'Shift and wheel over the metric do not pan');
  await shot(page, 'operator-zoomed');
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2);
  const words = await curve.locator('.now').textContent();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  await until(async () => await curve.locator('.now').textContent() !== words, 'the pointer does not read values');
  const svg = await page.locator('.chart svg').boundingBox();
  await page.locator('.chart svg').dblclick({ position: { x: svg.width / 2, y: 60 } });
  const drag = async (from, to) => { await page.mouse.move(svg.x + svg.width * from, svg.y + 80); await page.mouse.down(); await page.mouse.move(svg.x + svg.width * to, svg.y + 80, { steps: 5 }); await page.mouse.up(); };
  await page.locator('.chart svg').scrollIntoViewIfNeeded();
  Object.assign(svg, await page.locator('.chart svg').boundingBox());
  const all = await times();
  await drag(0.6, 0.8);
  await until(async () => await times() !== all, 'dragging over the score does not zoom');
  await page.locator('.chart svg').dblclick();
  await until(async () => await times() === all, 'a double click does not show all again');

  // Hidden stays hidden and pinned stays on top when new data comes, and on the next node.
  const second = page.locator('.curve[data-metric=page_faults_major]');
  await second.getByRole('button', { name: /^Keep/ }).click();
  await curve.getByRole('button', { name: /^Hide/ }).click();
  const asked = page.waitForResponse(r => r.url().includes('/nodes/cn0042/frames'));
  await control('become/cn0042/anomalous');
  await asked;
  await page.waitForTimeout(500);
  assert.equal(await curve.count(), 0);
  assert.equal(await page.locator('.curve').first().getAttribute('data-metric'), 'page_faults_major');
  await page.reload();
  await page.locator('.curve').first().waitFor();
  assert.equal(await page.locator('.curve').first().getAttribute('data-metric'), 'page_faults_major');
  assert.equal(await second.getByRole('button', { name: /^Keep/ }).getAttribute('aria-pressed'), 'true');
}));
