import { get } from './api.js';

export const States = ['anomalous', 'down', 'stale', 'unknown', 'normal'];
const Every = 2000;
const Limit = 20_000;

/** The nodes as the daemon last told of them. Asks for what changed every two seconds, one question at a time. */
export class Cluster extends EventTarget {
  nodes = new Map();
  counts = Object.fromEntries(States.map(s => [s, 0]));
  total = 0;
  cluster = '';
  #asOf = null;
  #ahead = 0;

  /** Now by the daemon's clock: the browser's may be wrong. */
  get now() { return Date.now() + this.#ahead; }

  async run() {
    let wait = Every;
    for (;;) {
      try {
        this.#take(await get(this.#asOf ? `api/v1/nodes/changes?since=${this.#asOf}` : 'api/v1/nodes/changes', AbortSignal.timeout(Limit)));
        this.dispatchEvent(new CustomEvent('link', { detail: true }));
        wait = Every;
      } catch (e) {
        this.dispatchEvent(new CustomEvent('link', { detail: false }));
        wait = Math.min(30_000, wait * 1.5);
        console.info('nodes:', e.message);
      }
      await new Promise(done => setTimeout(done, document.hidden ? wait * 5 : wait));
    }
  }

  #take(said) {
    this.#asOf = said.as_of;
    this.#ahead = Date.parse(said.now) - Date.now();
    [this.cluster, this.total] = [said.cluster, said.total];
    const gone = said.all ? new Set(this.nodes.keys()) : new Set();
    let fresh = false;
    for (const node of said.nodes) {
      gone.delete(node.node);
      fresh ||= !this.nodes.has(node.node);
      this.nodes.set(node.node, node);
    }
    for (const node of gone) this.nodes.delete(node);
    if (said.nodes.length || gone.size) {
      for (const s of States) this.counts[s] = 0;
      for (const n of this.nodes.values()) this.counts[n.condition]++;
    }
    this.dispatchEvent(new CustomEvent('change', { detail: { nodes: said.nodes, others: fresh || gone.size > 0 } }));
  }
}
