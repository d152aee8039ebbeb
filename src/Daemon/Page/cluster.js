import { Again } from './again.js';
import { get } from './api.js';

export const States = ['anomalous', 'down', 'stale', 'unknown', 'normal'];
const Every = 2000;
const Limit = 20_000;

/** The nodes as the daemon last told of them: it tells of what changed, or is asked for it every two seconds, one question at a time. */
export class Cluster extends EventTarget {
  nodes = new Map();
  counts = Object.fromEntries(States.map(s => [s, 0]));
  total = 0;
  cluster = '';
  asOf = null;
  /** Done with the first answer. */
  first;
  #answered;
  #ahead = 0;
  #again;
  // Told while an answer is under way, which may be older or newer.
  #meanwhile = null;

  constructor(feed) {
    super();
    this.first = new Promise(done => { this.#answered = done; });
    this.#again = new Again(feed, () => this.#ask(), { every: Every, gap: Every });
    feed.addEventListener('link', () => this.wake());
  }

  /** Now by the daemon's clock: the browser's may be wrong. */
  get now() { return Date.now() + this.#ahead; }

  run() { return this.#again.run(); }

  wake() { this.#again.wake(); }

  pushed(said) {
    if (this.#meanwhile) this.#meanwhile.push(said);
    else this.#take(said);
  }

  async #ask() {
    const meanwhile = this.#meanwhile = [];
    try {
      const said = await get(this.asOf ? `api/v1/nodes/changes?since=${this.asOf}` : 'api/v1/nodes/changes', AbortSignal.timeout(Limit));
      this.#take(said);
      this.#answered();
      this.dispatchEvent(new CustomEvent('link', { detail: true }));
      this.#again.every = Every;
      for (const later of meanwhile) if (version(later) > version(said)) this.#take(later);
    } catch (e) {
      for (const later of meanwhile) this.#take(later);
      this.dispatchEvent(new CustomEvent('link', { detail: false }));
      this.#again.every = Math.min(30_000, this.#again.every * 1.5);
      console.info('nodes:', e.message);
    } finally {
      this.#meanwhile = null;
    }
  }

  #take(said) {
    this.asOf = said.as_of;
    this.#ahead = Date.parse(said.now) - Date.now();
    [this.cluster, this.total] = [said.cluster, said.total];
    const gone = said.all ? new Set(this.nodes.keys()) : new Set();
    let fresh = false;
    const before = new Map();
    for (const node of said.nodes) {
      gone.delete(node.node);
      const known = this.nodes.get(node.node);
      fresh ||= !known;
      if (known) before.set(node.node, known);
      this.nodes.set(node.node, node);
    }
    for (const node of gone) this.nodes.delete(node);
    if (said.nodes.length || gone.size) {
      for (const s of States) this.counts[s] = 0;
      for (const n of this.nodes.values()) this.counts[n.condition]++;
    }
    this.dispatchEvent(new CustomEvent('change', { detail: { nodes: said.nodes, before, others: fresh || gone.size > 0 } }));
  }
}

/** Of "process.version". */
const version = said => Number(said.as_of.split('.')[1]);
