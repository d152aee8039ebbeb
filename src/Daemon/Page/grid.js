import { Cells } from './cells.js';
import { byName, gather, hit, ordered, place } from './groups.js';
import { States } from './cluster.js';
import { $, plain } from './dom.js';
import { many, score } from './words.js';

/** All nodes on one canvas. A change of a node paints its cell again and nothing else; places are found anew only when nodes come or go. */
export class Grid {
  by = 'name';
  current = null;
  #cluster;
  #open;
  #frame = $('grid');
  #canvas = $('canvas');
  #cells = new Cells($('canvas'));
  #tip = { words: '', width: 0, height: 0 };
  #wanted = () => true;
  #dirty = new Set();
  #all = true;
  #queued = false;
  #replace = 0;
  #width = 0;
  // All names in order: sorting 5,000 takes a frame, so it is done when nodes come or go.
  #names = null;

  constructor(cluster, open) {
    [this.#cluster, this.#open] = [cluster, open];
    new ResizeObserver(() => this.#frame.clientWidth !== this.#width && this.arrange()).observe(this.#frame);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { this.#cells.forget(); this.#queue(); });
    addEventListener('resize', () => this.arrange());
    this.#frame.addEventListener('keydown', e => this.#key(e));
    this.#frame.addEventListener('focus', () => { this.current ??= this.#cells.laid.cells[0]?.name ?? null; this.#ring(); this.#say(); });
    this.#canvas.addEventListener('pointermove', e => this.#hover(e));
    this.#canvas.addEventListener('pointerleave', () => { $('tip').hidden = true; });
    this.#canvas.addEventListener('click', e => { const n = this.#at(e); if (n) this.#open(n); });
  }

  /** Nodes whose condition, mark or place may be another. */
  change(nodes, others) {
    for (const n of nodes) this.#dirty.add(n.node);
    if (others) {
      this.#names = null;
      this.#later(0);
    } else if (this.by !== 'name') this.#later(1000);
    this.#queue();
  }

  /** The others are dimmed. */
  show(wanted) {
    this.#wanted = wanted;
    this.#all = true;
    this.#queue();
  }

  select(node) {
    this.current = node;
    this.#ring();
  }

  arrange() {
    this.#width = this.#frame.clientWidth;
    if (!this.#width) return;
    const room = Math.max(260, innerHeight - this.#frame.getBoundingClientRect().top - scrollY - 60);
    this.#cells.lay(place(this.#groups(), this.#width, room, text => this.#cells.measure(text)), this.#width);
    this.#ring();
    this.#queue();
  }

  #groups() {
    const nodes = this.#cluster.nodes;
    const names = this.#names ??= ordered([...nodes.keys()]);
    if (this.by === 'name') return byName(names);
    const by = this.by === 'state'
      ? n => nodes.get(n).condition
      : n => { const [job] = nodes.get(n).jobs; return job ? `${job.job_id} ${job.job_name}` : 'idle'; };
    const groups = [...gather(names, by)].map(([label, members]) => ({ label: `${label.slice(0, 40)} (${members.length})`, key: label, names: members }));
    const rank = this.by === 'state' ? g => States.indexOf(g.key) : g => (g.key === 'idle' ? 1 : -g.names.length);
    return groups.sort((a, b) => rank(a) - rank(b));
  }

  #later(ms) {
    this.#replace ||= setTimeout(() => { this.#replace = 0; this.arrange(); }, ms);
  }

  #queue() {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#cells.paint(this.#all ? null : this.#dirty, this.#cluster.nodes, this.#wanted);
      this.#dirty.clear();
      this.#all = false;
    });
  }

  /** Around the chosen cell; an element of its own, so that a held arrow key paints no cell. */
  #ring() {
    const cell = this.#cells.place(this.current);
    const ring = $('ring');
    ring.hidden = !cell;
    if (!cell) return;
    ring.style.transform = `translate(${cell.x - 2}px, ${cell.y - 2}px)`;
    const size = `${this.#cells.laid.cell + 4}px`;
    if (ring.style.width !== size) ring.style.width = ring.style.height = size;
  }

  #at(e) {
    const box = this.#canvas.getBoundingClientRect();
    return hit(this.#cells.laid, e.clientX - box.left, e.clientY - box.top)?.name ?? null;
  }

  #hover(e) {
    const node = this.#at(e);
    const tip = $('tip');
    if (tip.hidden === !!node) {
      tip.hidden = !node;
      this.#canvas.classList.toggle('over', !!node);
    }
    if (!node) return;
    const words = this.describe(node);
    // Its size is asked for when its words are others: to ask makes the browser lay it out.
    if (words !== this.#tip.words) {
      tip.textContent = words;
      this.#tip = { words, width: tip.offsetWidth, height: tip.offsetHeight };
    }
    const { width, height } = this.#tip;
    const left = Math.max(0, Math.min(e.clientX + 14, innerWidth - width - 8));
    const top = e.clientY + 18 + height > innerHeight ? e.clientY - height - 8 : e.clientY + 18;
    tip.style.transform = `translate(${left}px, ${top}px)`;
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
    const { cells } = this.#cells.laid;
    const here = this.#cells.place(this.current) ?? cells[0];
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
    this.select(cell.name);
    this.#say();
    const y = this.#canvas.getBoundingClientRect().top + cell.y;
    if (y < 8 || y + this.#cells.laid.cell > innerHeight - 8) scrollTo({ top: scrollY + y - innerHeight / 2 });
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
    const { cells } = this.#cells.laid;
    for (let i = this.#cells.rank(here.name) + step; i >= 0 && i < cells.length; i += step) {
      const node = this.#cluster.nodes.get(cells[i].name);
      if (node && fits(node)) return cells[i];
    }
    return null;
  }

  /** The nearest in the next row below or above. */
  #nearest(here, way) {
    let best = null;
    let least = Infinity;
    for (const c of this.#cells.laid.cells) {
      const dy = (c.y - here.y) * way;
      if (dy <= 0) continue;
      const far = dy * 10 + Math.abs(c.x - here.x);
      if (far < least) [best, least] = [c, far];
    }
    return best;
  }
}
