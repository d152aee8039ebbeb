import { byName, gather, ordered, place } from './groups.js';
import { States } from './cluster.js';
import { $, plain } from './dom.js';
import { many, score } from './words.js';

const Colours = ['normal', 'anomalous', 'stale', 'down', 'unknown', 'ink', 'quiet', 'sheet', 'accent'];

/** All nodes on one canvas. A change of a node paints its cell again and nothing else; places are found anew only when nodes come or go. */
export class Grid {
  by = 'name';
  current = null;
  #cluster;
  #open;
  #frame = $('grid');
  #canvas = $('canvas');
  #pen = $('canvas').getContext('2d');
  #laid = { cells: [], labels: [], cell: 10, gap: 2, height: 0 };
  #index = new Map();
  #shown = new Map();
  #wanted = () => true;
  #dirty = new Set();
  #whole = true;
  #queued = false;
  #replace = 0;
  #colour = {};
  #width = 0;

  constructor(cluster, open) {
    [this.#cluster, this.#open] = [cluster, open];
    new ResizeObserver(() => this.#frame.clientWidth !== this.#width && this.arrange()).observe(this.#frame);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint());
    addEventListener('resize', () => this.arrange());
    this.#frame.addEventListener('keydown', e => this.#key(e));
    this.#frame.addEventListener('focus', () => { this.current ??= this.#laid.cells[0]?.name ?? null; this.paint(); this.#say(); });
    this.#frame.addEventListener('blur', () => this.paint());
    this.#canvas.addEventListener('pointermove', e => this.#hover(e));
    this.#canvas.addEventListener('pointerleave', () => { $('tip').hidden = true; });
    this.#canvas.addEventListener('click', e => { const n = this.#at(e); if (n) this.#open(n); });
  }

  /** Nodes whose condition, mark or place may be another. */
  change(nodes, others) {
    for (const n of nodes) this.#dirty.add(n.node);
    if (others) this.#later(0);
    else if (this.by !== 'name') this.#later(1000);
    this.#queue();
  }

  /** The others are dimmed. */
  show(wanted) {
    this.#wanted = wanted;
    this.paint();
  }

  select(node) {
    this.current = node;
    this.paint();
  }

  paint() {
    this.#whole = true;
    this.#queue();
  }

  arrange() {
    this.#width = this.#frame.clientWidth;
    if (!this.#width) return;
    this.#pen.font = '12px system-ui, sans-serif';
    const room = Math.max(260, innerHeight - this.#frame.getBoundingClientRect().top - scrollY - 60);
    this.#laid = place(this.#groups(), this.#width, room, text => Math.ceil(this.#pen.measureText(plain(text)).width));
    this.#index = new Map(this.#laid.cells.map((c, i) => [c.name, i]));
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = Math.round(this.#width * ratio);
    this.#canvas.height = Math.round(this.#laid.height * ratio);
    this.#canvas.style.height = `${this.#laid.height}px`;
    this.paint();
  }

  #groups() {
    const nodes = this.#cluster.nodes;
    const names = [...nodes.keys()];
    if (this.by === 'name') return byName(names);
    const by = this.by === 'state'
      ? n => nodes.get(n).condition
      : n => { const [job] = nodes.get(n).jobs; return job ? `${job.job_id} ${job.job_name}` : 'idle'; };
    const groups = [...gather(ordered(names), by)].map(([label, members]) => ({ label: `${label.slice(0, 40)} (${members.length})`, key: label, names: members }));
    const rank = this.by === 'state' ? g => States.indexOf(g.key) : g => (g.key === 'idle' ? 1 : -g.names.length);
    return groups.sort((a, b) => rank(a) - rank(b));
  }

  #later(ms) {
    this.#replace ||= setTimeout(() => { this.#replace = 0; this.arrange(); }, ms);
  }

  #queue() {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => { this.#queued = false; this.#draw(); });
  }

  #draw() {
    const ratio = devicePixelRatio || 1;
    const pen = this.#pen;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (this.#whole) {
      const style = getComputedStyle(document.documentElement);
      for (const c of Colours) this.#colour[c] = style.getPropertyValue(`--${c}`).trim();
      pen.clearRect(0, 0, this.#width, this.#laid.height);
      pen.font = '12px system-ui, sans-serif';
      pen.fillStyle = this.#colour.quiet;
      for (const l of this.#laid.labels) pen.fillText(plain(l.text), l.x, l.y, this.#width - l.x);
      for (const c of this.#laid.cells) this.#cell(c);
    } else {
      for (const node of this.#dirty) {
        const cell = this.#laid.cells[this.#index.get(node)];
        if (cell && this.#shown.get(node) !== this.#look(node)) this.#cell(cell);
      }
    }
    this.#ring();
    this.#dirty.clear();
    this.#whole = false;
  }

  #look(node) {
    const n = this.#cluster.nodes.get(node);
    return n ? `${n.condition}${n.muted ? '-' : ''}${this.#wanted(n) ? '' : '?'}` : '';
  }

  #cell({ name, x, y }) {
    const node = this.#cluster.nodes.get(name);
    if (!node) return;
    const [pen, size, edge] = [this.#pen, this.#laid.cell, Math.min(2, this.#laid.gap) / 2 + 0.5];
    this.#shown.set(name, this.#look(name));
    pen.clearRect(x - edge, y - edge, size + 2 * edge, size + 2 * edge);
    pen.globalAlpha = this.#wanted(node) ? 1 : 0.14;
    pen.fillStyle = pen.strokeStyle = this.#colour[node.condition];
    // Shape says it as well as colour: hollow is silent, crossed is down, small is in maintenance.
    const inset = node.muted ? size * 0.24 : 0;
    const [left, top, side] = [x + inset, y + inset, size - 2 * inset];
    if (node.condition === 'stale') {
      const w = Math.max(1, side / 6);
      pen.lineWidth = w;
      pen.strokeRect(left + w / 2, top + w / 2, side - w, side - w);
    } else {
      pen.beginPath();
      pen.roundRect(left, top, side, side, node.condition === 'anomalous' ? side / 2 : size >= 12 ? 2 : 0);
      pen.fill();
      if (node.condition === 'down') this.#cross(left, top, side);
    }
    pen.globalAlpha = 1;
  }

  #cross(x, y, side) {
    const pen = this.#pen;
    pen.strokeStyle = this.#colour.sheet;
    pen.lineWidth = Math.max(1, side / 8);
    pen.beginPath();
    const m = side * 0.25;
    pen.moveTo(x + m, y + m);
    pen.lineTo(x + side - m, y + side - m);
    pen.moveTo(x + side - m, y + m);
    pen.lineTo(x + m, y + side - m);
    pen.stroke();
  }

  #ring() {
    const cell = this.#laid.cells[this.#index.get(this.current)];
    if (!cell) return;
    this.#pen.strokeStyle = this.#colour.accent;
    this.#pen.lineWidth = 2;
    this.#pen.strokeRect(cell.x - 1, cell.y - 1, this.#laid.cell + 2, this.#laid.cell + 2);
  }

  #at(e) {
    const box = this.#canvas.getBoundingClientRect();
    const [x, y, pitch] = [e.clientX - box.left, e.clientY - box.top, this.#laid.cell + this.#laid.gap];
    return this.#laid.cells.find(c => x >= c.x && x < c.x + pitch && y >= c.y && y < c.y + pitch)?.name ?? null;
  }

  #hover(e) {
    const node = this.#at(e);
    const tip = $('tip');
    tip.hidden = !node;
    this.#canvas.classList.toggle('over', !!node);
    if (!node) return;
    tip.textContent = this.describe(node);
    const left = Math.min(e.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const top = e.clientY + 18 + tip.offsetHeight > innerHeight ? e.clientY - tip.offsetHeight - 8 : e.clientY + 18;
    [tip.style.left, tip.style.top] = [`${left}px`, `${top}px`];
  }

  describe(name) {
    const n = this.#cluster.nodes.get(name);
    if (!n) return plain(name);
    const jobs = n.jobs.length ? n.jobs.slice(0, 2).map(j => `job ${j.job_id} ${j.job_name}`).join(', ') + (n.jobs.length > 2 ? ` and ${many(n.jobs.length - 2, 'more job')}` : '') : 'idle';
    const against = n.score === null ? '' : `, score ${score(n.score)}${n.threshold === null ? '' : ` (threshold ${score(n.threshold)})`}`;
    return plain(`${name}: ${n.condition}${n.muted ? ', in maintenance' : ''}${against}, ${jobs}`);
  }

  #say() {
    $('said').textContent = this.current ? this.describe(this.current) : '';
  }

  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const cells = this.#laid.cells;
    const here = cells[this.#index.get(this.current)] ?? cells[0];
    if (!here) return;
    let next = null;
    if (e.key === 'Enter' || e.key === ' ') this.#open(here.name);
    else if (e.key === 'Home') next = cells[0];
    else if (e.key === 'End') next = cells[cells.length - 1];
    else if (e.key === 'ArrowRight' || e.key === 'ArrowLeft') next = this.#beside(here, e.key === 'ArrowRight' ? 1 : -1);
    else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') next = this.#nearest(here, e.key === 'ArrowDown' ? 1 : -1);
    else if (e.key === 'n' || e.key === 'p') next = this.#troubled(here, e.key === 'n' ? 1 : -1);
    else return;
    e.preventDefault();
    if (next) this.#go(next);
  }

  #go(cell) {
    this.current = cell.name;
    this.paint();
    this.#say();
    const y = this.#canvas.getBoundingClientRect().top + cell.y;
    if (y < 8 || y + this.#laid.cell > innerHeight - 8) scrollTo({ top: scrollY + y - innerHeight / 2 });
  }

  /** The next that is shown, in order. */
  #beside(here, step) {
    return this.#step(here, step, n => this.#wanted(n));
  }

  /** The next that is not normal. */
  #troubled(here, step) {
    return this.#step(here, step, n => n.condition !== 'normal' && n.condition !== 'unknown');
  }

  #step(here, step, fits) {
    const cells = this.#laid.cells;
    for (let i = this.#index.get(here.name) + step; i >= 0 && i < cells.length; i += step) {
      const node = this.#cluster.nodes.get(cells[i].name);
      if (node && fits(node)) return cells[i];
    }
    return null;
  }

  /** The nearest in the next row below or above. */
  #nearest(here, way) {
    let best = null;
    let least = Infinity;
    for (const c of this.#laid.cells) {
      const dy = (c.y - here.y) * way;
      if (dy <= 0) continue;
      const far = dy * 10 + Math.abs(c.x - here.x);
      if (far < least) [best, least] = [c, far];
    }
    return best;
  }
}
