// How smoothly the page moves while nodes change: plays some scenes in a real Chromium, reads the browser's own trace of each, prints the figures and writes them as JSON and as a picture.
// Started by tests/Page/frames, with PAGE (the daemon), CHROMIUM, SECONDS, JSON and PNG in its environment.
import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Budget, Categories, figures, summary } from './trace.mjs';

const { PAGE, CHROMIUM, JSON: JsonFile, PNG } = process.env;
const Seconds = Number(process.env.SECONDS ?? 10);
const Settle = 3000;

// What the page is made to do while the nodes change. Each runs in the page, once a frame.
const Scenes = [
  { name: 'rest', words: 'the grid, nobody touches it', hash: '#/', ready: '#link[data-state=live]', each: () => {} },
  { name: 'pointer', words: 'the grid, the pointer moves over it', hash: '#/', ready: '#link[data-state=live]', each: n => {
    const canvas = document.getElementById('canvas');
    const box = canvas.getBoundingClientRect();
    const [x, y] = [box.left + (n * 7) % box.width, box.top + (n * 3) % Math.min(box.height, innerHeight - box.top)];
    canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y, bubbles: true }));
  } },
  { name: 'keys', words: 'the grid, an arrow key is held down', hash: '#/', ready: '#link[data-state=live]', each: n => {
    document.getElementById('grid').dispatchEvent(new KeyboardEvent('keydown', { key: n % 240 < 120 ? 'ArrowRight' : 'ArrowLeft', bubbles: true, cancelable: true }));
  } },
  { name: 'state', words: 'the grid grouped by state, in which changed nodes find other places', hash: '#/', ready: '#link[data-state=live]', each: n => {
    if (n > 0) return;
    document.getElementById('by').value = 'state';
    document.getElementById('by').dispatchEvent(new Event('change'));
  } },
  { name: 'node', words: 'a node beside the grid, its score and metrics panned', hash: '#/node/cn0042', ready: '.curve canvas', each: n => {
    if (n === 0) for (let i = 0; i < 3; i++) document.querySelector('.chart svg').dispatchEvent(new KeyboardEvent('keydown', { key: '+', bubbles: true, cancelable: true }));
    document.querySelector('.chart svg').dispatchEvent(new WheelEvent('wheel', { deltaX: n % 240 < 120 ? -12 : 12, clientX: innerWidth - 200, clientY: 300, bubbles: true, cancelable: true }));
  } },
];

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'], timeout: 120_000 });
const told = [];
try {
  for (const scene of Scenes) told.push({ scene, ...await play(scene) });
  const version = browser.version();
  const nodes = told[0].nodes;
  print(version, nodes);
  if (JsonFile) writeFileSync(JsonFile, JSON.stringify({ browser: version, nodes, budget_ms: Budget, scenes: told.map(t => ({ scene: t.scene.name, words: t.scene.words, changes: t.changes, ...summary(t.figures) })) }, null, 2) + '\n');
  if (PNG) await draw(version, nodes);
} finally {
  await browser.close();
}

async function play(scene) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  await page.goto(PAGE + scene.hash, { waitUntil: 'domcontentloaded' });
  await page.locator(scene.ready).first().waitFor();
  await page.waitForTimeout(Settle);
  await browser.startTracing(page, { categories: Categories });
  const seen = await page.evaluate(async ({ each, seconds }) => {
    const act = new Function(`return ${each}`)();
    performance.mark('scene-begin');
    await new Promise(done => {
      const start = performance.now();
      let n = 0;
      const frame = now => {
        act(n++);
        if (now - start < seconds * 1000) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
    performance.mark('scene-end');
    return { nodes: [...document.querySelectorAll('.chip .number')].reduce((sum, n) => sum + Number(n.textContent.replace(/\D/g, '')), 0) };
  }, { each: scene.each.toString(), seconds: Seconds });
  const trace = JSON.parse((await browser.stopTracing()).toString());
  await context.close();
  return { ...seen, figures: figures(trace.traceEvents, 'scene-begin', 'scene-end') };
}

function print(version, nodes) {
  console.log(`${nodes} nodes, 1 % of them change their state each second and all are scored anew each 15 s; Chromium ${version}, ${Seconds} s a scene. Milliseconds a frame as p50 / p99 / max.`);
  for (const { scene, figures: f } of told) {
    const s = summary(f);
    const of = k => `${s[k].p50} / ${s[k].p99} / ${s[k].max}`;
    console.log(`\n${scene.words}`);
    console.log(`  asked for      ${s.frames_per_second} frames/s; between two ${of('between')}; ${s.late} of ${s.frames} came late (over 25 ms)`);
    console.log(`  main thread    ${of('main_thread')}; ${s.busy_over_budget} over 16.7 ms; processor time ${of('main_thread_cpu')}; ${s.cpu_over_budget} over 16.7 ms`);
    console.log(`  of it          script ${of('script')}; style ${of('style')}; layout ${of('layout')}; paint ${of('paint')}`);
    console.log(`  long tasks     ${s.long_tasks}, the longest ${s.longest_task} ms`);
    console.log(`  on the screen  ${Object.entries(s.screen).map(([state, n]) => `${n} ${state.replaceAll('_', ' ')}`).join(', ') || 'not told'}`);
  }
}

/** A bar a frame: what the main thread did for it, and the line above which there are no 60 a second. */
async function draw(version, nodes) {
  const Wide = 1200;
  const High = 130;
  const Top = 2 * Budget;
  const parts = told.map(({ scene, figures: f }, i) => {
    const top = 56 + i * (High + 52);
    const s = summary(f);
    const wide = Wide / Math.max(1, f.frames.length);
    const bars = f.frames.map((x, n) => ['script', 'style', 'layout', 'paint', 'other'].reduce(([svg, y], kind) => {
      const of = kind === 'other' ? Math.max(0, x.busy - x.script - x.style - x.layout - x.paint) : x[kind];
      const h = Math.min(of, Top - y) / Top * High;
      return [h > 0.05 ? `${svg}<rect class="${kind}" x="${(n * wide).toFixed(1)}" width="${Math.max(0.5, wide - 0.3).toFixed(1)}" y="${(top + High - y / Top * High - h).toFixed(1)}" height="${h.toFixed(1)}"/>` : svg, Math.min(Top, y + of)];
    }, ['', 0])[0]).join('');
    const line = top + High - Budget / Top * High;
    return `<text x="0" y="${top - 8}" class="head">${scene.words}: ${s.frames_per_second} frames/s asked for; main thread p50 ${s.main_thread.p50}, p99 ${s.main_thread.p99}, max ${s.main_thread.max} ms; ${s.busy_over_budget} of ${s.frames} over 16.7 ms</text>
      <rect class="plot" x="0" y="${top}" width="${Wide}" height="${High}"/>${bars}<line x1="0" x2="${Wide}" y1="${line}" y2="${line}"/><text x="${Wide + 6}" y="${line + 4}">16.7 ms</text>`;
  });
  const legend = ['script', 'style', 'layout', 'paint', 'other'].map((k, i) => `<rect class="${k}" x="${760 + i * 90}" y="4" width="11" height="11"/><text x="${776 + i * 90}" y="14">${k}</text>`).join('');
  const page = await browser.newPage({ viewport: { width: Wide + 100, height: 60 + told.length * (High + 52) } });
  await page.setContent(`<style>body{margin:16px;font:13px system-ui,sans-serif;background:#fff;color:#222}.head{font-weight:600}.plot{fill:#f4f5f7}line{stroke:#c0392b;stroke-dasharray:5 4}
    .script{fill:#3b6fb6}.style{fill:#e0a100}.layout{fill:#9a4fc2}.paint{fill:#2e9e5b}.other{fill:#9aa3ad}</style>
    <svg width="${Wide + 70}" height="${40 + told.length * (High + 52)}"><text x="0" y="14" class="head">${nodes} nodes, 1 % change each second: the main thread, frame by frame (Chromium ${version})</text>${legend}${parts.join('')}</svg>`);
  await page.screenshot({ path: PNG });
}
