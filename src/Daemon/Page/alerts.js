import { Again } from './again.js';
import { get } from './api.js';
import { date, many, minute, score, span } from './words.js';
import { el, jobLink, nodeLink, plain } from './dom.js';
import { VerdictTools } from './verdict.js';

const Most = 200;
const Rank = { critical: 0, warning: 1, info: 2 };

const Every = 5000;

/** The open alerts, as the daemon tells of them; while it tells nothing, they are asked for every five seconds. */
export class Alerts extends EventTarget {
  open = new Map();
  loaded = false;
  more = false;
  #feed;

  constructor(feed) {
    super();
    this.#feed = feed;
  }

  async run() {
    // Where the stream works, it says when the list is to be read.
    const again = new Again(this.#feed, () => this.#feed.live || this.load().catch(e => {
      this.dispatchEvent(new CustomEvent('link', { detail: false }));
      console.info('alerts:', e.message);
    }), { every: Every, gap: Every });
    this.#feed.addEventListener('link', () => again.wake());
    await again.run();
  }

  async load() {
    const said = await get(`api/v1/alerts?open=true&limit=${Most}`, AbortSignal.timeout(20_000));
    this.open = new Map(said.alerts.map(a => [a.id, a]));
    [this.loaded, this.more] = [true, said.next !== null];
    this.dispatchEvent(new CustomEvent('link', { detail: true }));
    this.dispatchEvent(new CustomEvent('change', { detail: null }));
  }

  take(alert) {
    const known = this.open.get(alert.id);
    if (known && known.revision >= alert.revision) return;
    if (alert.status === 'open') this.open.set(alert.id, alert);
    else this.open.delete(alert.id);
    this.dispatchEvent(new CustomEvent('change', { detail: alert }));
  }

  /** The worst first, the newest of them first. */
  get sorted() {
    return [...this.open.values()].sort((a, b) => (Rank[a.severity] ?? 9) - (Rank[b.severity] ?? 9) || Date.parse(b.since) - Date.parse(a.since));
  }
}

/** What is left of the evidence when its first words are the summary that stands above it. */
function evidence(alert) {
  const [all, head] = [alert.evidence ?? '', alert.summary ?? ''];
  return all.startsWith(head) ? all.slice(head.length).replace(/^[.:;,\s]+/, '') : all;
}

/** What the fault model expects; nothing where it says nothing. */
export function forecast(alert) {
  if (alert.fault_probability === undefined) return null;
  const of = alert.fault_class === 'unclassified' ? 'a fault' : `a fault (${alert.fault_class})`;
  return `the fault model expects ${of} of ${alert.fault_node} in the next interval with ${Math.round(100 * alert.fault_probability)} %, as of ${minute(Date.parse(alert.fault_said))}`;
}

export function card(alert, now, { level = 'h3', chosen = false, tools = [] } = {}) {
  const since = Date.parse(alert.since);
  const until = alert.cleared ? Date.parse(alert.cleared) : now;
  const of = alert.out_of > 1 ? `${alert.node_count} of ${many(alert.out_of, 'node')}` : null;
  const nodes = alert.nodes.slice(0, 6);
  const rest = alert.node_count - nodes.length;
  const against = !alert.score ? null : `score ${score(alert.score)}${!alert.threshold ? '' : ` over ${score(alert.threshold)}`}`;
  return el('article', { class: `alert ${alert.severity}${alert.status === 'open' ? '' : ' over'}`, 'data-id': alert.id, 'aria-current': chosen ? 'true' : null },
    el('div', { class: 'head' },
      el('span', { class: 'severity' }, alert.severity),
      el('span', { class: 'kind' }, `${alert.kind} \u00b7 ${alert.cause}`),
      el('time', { datetime: alert.since, title: date(since), 'data-since': alert.cleared ? null : since }, alert.status === 'open' ? `for ${span(until - since)}` : `lasted ${span(until - since)}`)),
    el(level, {}, el('a', { href: `#/alert/${encodeURIComponent(alert.id)}` }, plain(alert.summary))),
    el('p', { class: 'evidence' }, plain(evidence(alert))),
    el('p', { class: 'meta' },
      nodes.length ? el('span', {}, ...nodes.flatMap((n, i) => [i ? ' ' : '', nodeLink(n)]), rest > 0 ? ` and ${rest} more` : '') : null,
      alert.job ? el('span', {}, 'job ', jobLink(alert.job.id)) : null,
      of ? el('span', {}, of) : null,
      against ? el('span', {}, against) : null,
      forecast(alert) ? el('span', { class: 'forecast' }, plain(forecast(alert))) : null,
      el('span', {}, plain(alert.id))),
    ...tools);
}

/** The list beside the grid. Cards that did not change stay as they are: focus and selection of text survive. */
export class AlertList {
  #alerts;
  #cluster;
  #cards = new Map();
  #tools = new VerdictTools();
  #count = el('span', { class: 'count' });
  #title = el('h2', {}, 'Open alerts ', this.#count);
  #none = el('p', { class: 'empty' });

  constructor(alerts, cluster) { [this.#alerts, this.#cluster] = [alerts, cluster]; }

  render(chosen) {
    const alerts = this.#alerts.sorted;
    const cards = alerts.map(a => {
      const key = `${a.revision}${a.id === chosen}`;
      const old = this.#cards.get(a.id);
      const fresh = old?.key === key ? old : { key, card: card(a, this.#cluster.now, { chosen: a.id === chosen, tools: a.id === chosen ? this.#tools.of(a) : [] }) };
      this.#cards.set(a.id, fresh);
      return fresh.card;
    });
    for (const id of this.#cards.keys()) if (!this.#alerts.open.has(id)) this.#cards.delete(id);
    this.#tools.keep(this.#alerts.open);
    this.#count.textContent = this.#alerts.loaded ? `${alerts.length}${this.#alerts.more ? '+' : ''}` : '';
    this.#none.textContent = this.#alerts.loaded ? 'None. One is raised when something out of the ordinary has lasted for half a minute.' : 'Asking \u2026';
    return [this.#title, ...(cards.length ? cards : [this.#none])];
  }

  /** "for 3 min" goes on without a new revision. */
  static tick(root, now) {
    for (const t of root.querySelectorAll('time[data-since]')) {
      const text = `for ${span(now - Number(t.dataset.since))}`;
      if (t.textContent !== text) t.textContent = text;
    }
  }
}
