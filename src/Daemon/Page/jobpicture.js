import { Left, Right } from './chart.js';
import { axis, paint, trace, within } from './curve.js';
import { el, plain } from './dom.js';
import { moments, once, watchWidth } from './stretch.js';
import { clock, minute, quantity } from './words.js';

const Plot = 250;
const Bottom = 22;
const Top = 6;
// More lines than this are a carpet; then the map says more.
const Lines = 48;
const Named = 5;
const Odd = 6;
const Tones = ['#d12f28', '#9a4fc2', '#c2790a', '#0f8a8a', '#b8327a'];

/** All nodes of a job by one metric: as lines over each other, or as a map with a row a node. Keys: left and right read, up and down choose a node, Enter opens it. */
export class JobPicture {
  element = el('div', { class: 'chart job' });
  #canvas = el('canvas', { tabindex: 0, role: 'application', 'aria-roledescription': 'chart', 'aria-label': 'The nodes of the job: left and right read, up and down choose a node, Enter opens it' });
  #read = el('p', { class: 'read', 'aria-live': 'polite' });
  #stretch;
  #job = null;
  #first = 0;
  #width = 0;
  #order = [];
  #chosen = null;
  #kind = null;
  #drag = null;
  #stop = new AbortController();
  #draw = once(() => this.#paint());

  constructor(stretch) {
    this.#stretch = stretch;
    const { signal } = this.#stop;
    this.element.append(this.#canvas, this.#read);
    stretch.addEventListener('view', this.#draw, { signal });
    stretch.addEventListener('point', () => { this.#say(); this.#draw(); }, { signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.#draw, { signal });
    watchWidth(this.element, width => { this.#width = width; this.#draw(); });
    this.#canvas.addEventListener('keydown', e => this.#key(e));
    this.#canvas.addEventListener('wheel', e => stretch.wheel(e, this.#time(e)), { passive: false });
    this.#canvas.addEventListener('pointerdown', e => { this.#drag = { x: e.clientX, from: stretch.window[0] }; this.#canvas.setPointerCapture(e.pointerId); });
    this.#canvas.addEventListener('pointermove', e => this.#move(e));
    this.#canvas.addEventListener('pointerup', e => this.#up(e));
    this.#canvas.addEventListener('pointerleave', () => { if (!this.#drag) { this.#chosen = null; stretch.point(null); } });
    this.#canvas.addEventListener('dblclick', () => stretch.hold(null));
  }

  close() { this.#stop.abort(); }

  get kind() { return this.#kind ?? ((this.#job?.nodes.length ?? 0) > Lines ? 'heat' : 'lines'); }
  set kind(kind) { [this.#kind] = [kind]; this.#draw(); }

  show(job, first) {
    [this.#job, this.#first] = [job, first];
    this.#order = job.nodes.map((n, i) => i).sort((a, b) => Math.abs(job.nodes[b].off ?? 0) - Math.abs(job.nodes[a].off ?? 0) || a - b);
    this.#draw();
    this.#say();
  }

  get #odd() { return this.#order.filter(i => Math.abs(this.#job.nodes[i].off ?? 0) >= Odd).slice(0, Named); }

  /** Rows of the map: the odd ones on top, the others by name. */
  get #rows() {
    const odd = new Set(this.#odd);
    return [...odd, ...this.#job.nodes.map((n, i) => i).filter(i => !odd.has(i))];
  }

  #time(e) {
    const box = this.#canvas.getBoundingClientRect();
    const [from, until] = this.#stretch.window;
    return from + Math.min(1, Math.max(0, (e.clientX - box.left - Left) / (box.width - Left - Right))) * (until - from);
  }

  #move(e) {
    if (!this.#job) return;
    if (this.#drag) {
      const [from, until] = this.#stretch.window;
      this.#stretch.shift(this.#drag.from - (e.clientX - this.#drag.x) * (until - from) / (this.#canvas.clientWidth - Left - Right));
      return;
    }
    this.#chosen = this.#nearest(e.clientY - this.#canvas.getBoundingClientRect().top, this.#time(e));
    this.#stretch.point(this.#time(e));
  }

  #up(e) {
    const clicked = this.#drag && Math.abs(e.clientX - this.#drag.x) < 4;
    this.#drag = null;
    if (clicked && this.#chosen !== null) this.#open();
  }

  #open() { location.hash = `#/node/${encodeURIComponent(this.#job.nodes[this.#chosen].node)}`; }

  #nearest(y, at) {
    if (this.kind === 'heat') {
      const rows = this.#rows;
      return rows[Math.min(rows.length - 1, Math.max(0, Math.floor((y - Top) / (Plot - Top) * rows.length)))];
    }
    const t = Math.round((at - this.#first) / this.#job.step_ms);
    const [low, high] = this.#extent();
    let [best, least] = [null, 30];
    this.#job.nodes.forEach((n, i) => {
      const v = n.values[t];
      if (v === null || v === undefined) return;
      const far = Math.abs(Top + (1 - (v - low) / (high - low)) * (Plot - 2 * Top) - y);
      if (far < least) [best, least] = [i, far];
    });
    return best;
  }

  #key(e) {
    if (!this.#job) return;
    const order = this.kind === 'heat' ? this.#rows : this.#order;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      const at = order.indexOf(this.#chosen) + (e.key === 'ArrowDown' ? 1 : -1);
      this.#chosen = order[Math.min(order.length - 1, Math.max(0, at))];
      if (this.#stretch.at === null) this.#stretch.point(this.#stretch.end);
      this.#say();
      this.#draw();
    } else if (e.key === 'Enter' && this.#chosen !== null) this.#open();
    else if (!this.#stretch.key(e)) return;
    e.preventDefault();
  }

  #say() {
    const job = this.#job;
    if (!job || this.#stretch.at === null) {
      this.#read.textContent = 'Drag to pan, Ctrl and wheel to zoom; click a node to open it.';
      return;
    }
    const t = Math.min(job.median.length - 1, Math.max(0, Math.round((this.#stretch.at - this.#first) / job.step_ms)));
    const n = job.nodes[this.#chosen];
    this.#read.textContent = plain(`${clock(this.#first + t * job.step_ms)}  median ${quantity(job.median[t], job.unit)}${n ? `  ${n.node} ${quantity(n.values[t], job.unit)}` : ''}`);
  }

  #extent() {
    const job = this.#job;
    const [a, b] = this.#range();
    let [low, high] = [Infinity, -Infinity];
    for (const n of job.nodes) for (let t = a; t < b; t++) {
      const v = n.values[t];
      if (v === null || v === undefined) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    if (low > high) return [0, 1];
    const slack = Math.max((high - low) * 0.04, Math.abs(high) * 1e-3, 1e-9);
    return within(low - slack, high + slack, [low, high], job.unit, 0, 2);
  }

  #range() {
    const [from, until] = this.#stretch.window;
    const { step_ms: step, median } = this.#job;
    return [Math.max(0, Math.floor((from - this.#first) / step)), Math.min(median.length, Math.ceil((until - this.#first) / step) + 1)];
  }

  #paint() {
    const width = this.#width;
    if (!this.#job || !width) return;
    const [ratio, height] = [devicePixelRatio || 1, Plot + Bottom];
    [this.#canvas.width, this.#canvas.height, this.#canvas.style.height] = [Math.round(width * ratio), Math.round(height * ratio), `${height}px`];
    const pen = this.#canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const c = paint();
    const [from, until] = this.#stretch.window;
    const wide = width - Left - Right;
    const x = i => Left + ((this.#first + i * this.#job.step_ms - from) / (until - from)) * wide;
    const [low, high] = this.#extent();
    pen.font = '11px system-ui, sans-serif';
    pen.fillStyle = c.quiet;
    pen.textAlign = 'center';
    for (const { at, seconds } of moments(from, until, wide)) pen.fillText(seconds ? clock(at) : minute(at), Left + ((at - from) / (until - from)) * wide, height - 6);
    pen.save();
    pen.beginPath();
    pen.rect(Left, 0, wide, Plot);
    pen.clip();
    if (this.kind === 'heat') this.#map(pen, c, x, low, high);
    else this.#lines(pen, c, x, low, high, width);
    pen.restore();
    if (this.kind === 'lines') {
      pen.fillStyle = c.quiet;
      pen.textAlign = 'right';
      pen.fillText(axis(high, this.#job.unit), Left - 6, Top + 8);
      pen.fillText(axis(low, this.#job.unit), Left - 6, Plot - Top);
    } else this.#names(pen, c);
    if (this.#stretch.at !== null) {
      pen.fillStyle = c.quiet;
      pen.fillRect(x(Math.round((this.#stretch.at - this.#first) / this.#job.step_ms)), 0, 1, Plot);
    }
  }

  #lines(pen, c, x, low, high, width) {
    const y = v => Top + (1 - (v - low) / (high - low)) * (Plot - 2 * Top);
    const [a, b] = this.#range();
    const odd = this.#odd;
    pen.globalAlpha = Math.max(0.15, Math.min(0.6, 8 / this.#job.nodes.length));
    this.#job.nodes.forEach((n, i) => { if (!odd.includes(i)) trace(pen, n.values, a, b, x, y, c.score, 1.2, []); });
    pen.globalAlpha = 1;
    trace(pen, this.#job.median, a, b, x, y, c.ink, 1.3, [5, 4]);
    pen.textAlign = 'right';
    odd.forEach((i, k) => {
      trace(pen, this.#job.nodes[i].values, a, b, x, y, Tones[k], 2, []);
      const at = this.#job.nodes[i].values.slice(a, b).findLast(v => v !== null);
      pen.fillStyle = Tones[k];
      if (at !== undefined) pen.fillText(plain(this.#job.nodes[i].node), width - Right - 4, Math.min(Plot - 4, Math.max(12, y(at) - 5)));
    });
    if (this.#chosen !== null) trace(pen, this.#job.nodes[this.#chosen].values, a, b, x, y, c.ink, 2, []);
  }

  #map(pen, c, x, low, high) {
    const rows = this.#rows;
    const [a, b] = this.#range();
    const tall = (Plot - Top) / rows.length;
    rows.forEach((i, row) => {
      const { values } = this.#job.nodes[i];
      for (let t = a; t < b; t++) {
        const v = values[t];
        if (v === null || v === undefined) continue;
        pen.globalAlpha = 0.06 + 0.94 * Math.min(1, Math.max(0, (v - low) / (high - low)));
        pen.fillStyle = c.score;
        pen.fillRect(x(t), Top + row * tall, x(t + 1) - x(t) + 0.5, tall > 3 ? tall - 1 : tall);
      }
      pen.globalAlpha = 1;
      if (i === this.#chosen) {
        pen.strokeStyle = c.ink;
        pen.lineWidth = 1.5;
        pen.strokeRect(Left + 1, Top + row * tall, x(b) - Left - 2, Math.max(2, tall - 1));
      }
    });
  }

  #names(pen, c) {
    const rows = this.#rows;
    const tall = (Plot - Top) / rows.length;
    pen.textAlign = 'right';
    const odd = this.#odd.length;
    const each = Math.max(1, Math.ceil(12 / tall));
    rows.forEach((i, row) => {
      if (row >= odd ? (row - odd) % each || (row < odd + each && odd && tall < 12) : row * tall < 0) return;
      pen.fillStyle = row < odd ? c.anomalous : c.quiet;
      pen.fillText(plain(this.#job.nodes[i].node.slice(-8)), Left - 4, Top + row * tall + Math.min(10, tall / 2 + 4));
    });
  }
}
