import { Again } from './again.js';
import { Failure, get } from './api.js';
import { card } from './alerts.js';
import { el, jobLink, name, nodeLink, plain } from './dom.js';
import { JobPicture } from './jobpicture.js';
import { timeTools } from './node.js';
import { Stretch } from './stretch.js';
import { date, metric, quantity, round, span } from './words.js';

const Every = 5000;
const Gap = 3000;
// Values in the picture beyond which it is drawn less often.
const Large = 10_000;
// In robust deviations of the nodes: among a hundred that are alike one in a few million is so far off.
export const Odd = 6;

/** One job: its nodes against one another, the odd ones named, its alerts. */
export class JobView {
  element = el('div', { class: 'node-view' });
  #id;
  #cluster;
  #stretch = new Stretch();
  #picture = new JobPicture(this.#stretch);
  #head = el('div');
  #choice = el('select', { 'aria-label': 'Metric' });
  #kind = el('div', { class: 'stretches', role: 'group', 'aria-label': 'Drawn as' });
  #odd = el('div', { 'aria-live': 'polite' });
  #told = el('div');
  #none = el('p', { class: 'empty' }, 'Asking \u2026');
  #stop = new AbortController();
  #again;
  #metric = '';

  constructor(id, cluster, alerts, feed) {
    [this.#id, this.#cluster] = [id, cluster];
    this.#choice.addEventListener('change', () => { this.#metric = this.#choice.value; this.#again.wake(true); });
    for (const [kind, words] of [['lines', 'lines'], ['heat', 'heat map']])
      this.#kind.append(el('button', { type: 'button', 'data-kind': kind, 'aria-pressed': 'false', onclick: () => this.#as(kind) }, words));
    this.#head.append(el('div', { class: 'bar' }, el('h2', { tabindex: -1, id: 'side-title' }, 'Job ', name(id)), el('a', { class: 'close', href: '#/', 'aria-label': `Close job ${plain(id)}`, title: 'Close (Esc)' }, '\u00d7')), el('p', { class: 'standing' }));
    this.element.append(this.#head, el('h3', {}, 'Its nodes against one another'), el('div', { class: 'bar' }, el('label', { class: 'first' }, this.#choice), this.#kind, ...timeTools(this.#stretch)), this.#none, this.#picture.element, this.#odd, this.#told);
    this.#picture.element.hidden = true;
    this.#again = new Again(feed, () => this.#look(), { every: Every, gap: Gap });
    const { signal } = this.#stop;
    const runs = n => n?.jobs.some(j => j.job_id === id);
    cluster.addEventListener('change', e => { if (e.detail.nodes.some(n => runs(n) || runs(e.detail.before.get(n.node)))) this.#again.wake(); }, { signal });
    alerts.addEventListener('change', e => { if (e.detail?.job?.id === id) this.#again.wake(); }, { signal });
    this.#again.run();
  }

  close() {
    this.#stop.abort();
    this.#again.close();
    this.#picture.close();
  }

  #as(kind) {
    this.#picture.kind = kind;
    for (const b of this.#kind.children) b.setAttribute('aria-pressed', String(b.dataset.kind === this.#picture.kind));
  }

  async #look() {
    try {
      await this.#once();
    } catch (e) {
      if (this.#stop.signal.aborted) return;
      if (e instanceof Failure && e.status === 404) this.#none.textContent = plain(`No job ${this.#id} is known.`);
      else console.info('job:', e.message);
    }
  }

  async #once() {
    const id = encodeURIComponent(this.#id);
    const ask = path => get(path, AbortSignal.any([this.#stop.signal, AbortSignal.timeout(20_000)]));
    const asked = this.#metric;
    const [job, alerts] = await Promise.all([ask(`api/v1/jobs/${id}/frames${asked ? `?metric=${encodeURIComponent(asked)}` : ''}`), ask(`api/v1/alerts?job=${id}&limit=50`)]);
    if (this.#stop.signal.aborted || asked !== this.#metric) return;
    // What was chosen for the user stays chosen: the picture must not change its subject while it is looked at.
    this.#metric ||= job.metric ?? '';
    this.#standing(job);
    this.#choices(job);
    const any = job.nodes.some(n => n.values.length);
    this.#none.hidden = any;
    this.#picture.element.hidden = !any;
    if (any) {
      const first = Date.parse(job.first);
      this.#stretch.range(first, first + job.step_ms * job.median.length, job.step_ms);
      this.#picture.show(job, first);
      this.#as(this.#picture.kind);
    } else this.#none.textContent = 'Nothing is kept of its nodes: metrics are kept since the daemon started, for some minutes, and longer once somebody looks.';
    this.#oddOnes(job);
    this.#history(alerts.alerts);
    this.#again.gap = job.median.length * job.nodes.length > Large ? 5 * Gap : Gap;
  }

  #standing(job) {
    const start = job.start ? Date.parse(job.start) : null;
    const end = job.end ? Date.parse(job.end) : null;
    this.#head.lastChild.replaceChildren(el('span', {}, el('strong', {}, name(job.job_name || 'unnamed')), ...(job.user ? [' of ', name(job.user)] : []), ` on ${job.node_count} ${job.node_count === 1 ? 'node' : 'nodes'}`,
      start === null ? '' : end === null ? `, running for ${span(this.#cluster.now - start)}, since ${date(start)}` : `, ran for ${span(end - start)} until ${date(end)}`));
  }

  #choices(job) {
    if (document.activeElement === this.#choice) return;
    this.#choice.replaceChildren(...job.ranked.map(r => el('option', { value: r.metric, selected: r.metric === this.#metric }, `${metric(r.metric)}${r.off >= Odd ? ` (${plain(r.node)} is odd)` : ''}`)));
    this.#choice.disabled = job.ranked.length === 0;
  }

  #oddOnes(job) {
    const last = values => values.findLast(v => v !== null) ?? null;
    const odd = job.nodes.filter(n => n.off !== null && Math.abs(n.off) >= Odd).sort((a, b) => Math.abs(b.off) - Math.abs(a.off)).slice(0, 20);
    const others = [...new Map(job.ranked.filter(r => r.off >= Odd && !(r.metric === job.metric)).map(r => [r.node, r])).values()].slice(0, 6);
    const said = JSON.stringify([odd.map(n => [n.node, n.off, last(n.values), n.condition]), others]);
    if (this.#odd.dataset.said === said) return;
    this.#odd.dataset.said = said;
    const known = job.nodes.filter(n => n.off !== null).length;
    this.#odd.replaceChildren(el('h3', {}, 'Odd ones'),
      odd.length ? el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Odd nodes' }, el('table', {},
        el('thead', {}, el('tr', {}, ...['node', metric(job.metric), 'the others', 'off by', 'state'].map(w => el('th', { scope: 'col' }, w)))),
        el('tbody', {}, ...odd.map(n => el('tr', {}, el('th', { scope: 'row' }, nodeLink(n.node)), el('td', {}, quantity(last(n.values), job.unit)), el('td', {}, quantity(last(job.median), job.unit)),
          el('td', {}, `${round(Math.abs(n.off))} deviations ${n.off > 0 ? 'above' : 'below'}`), el('td', {}, n.condition ?? 'not watched'))))))
        : el('p', { class: 'empty' }, known < 3 ? 'Fewer than three nodes are watched: none can be told to be odd.' : `None by ${metric(job.metric)}: all ${known} lie within ${Odd} deviations of their median.`),
      others.length ? el('p', { class: 'empty' }, 'By other metrics: ', ...others.flatMap((r, i) => [i ? ', ' : '', nodeLink(r.node), ` (${metric(r.metric)})`])) : '');
  }

  #history(alerts) {
    const said = alerts.map(a => `${a.id}.${a.revision}`).join();
    if (this.#told.dataset.said === said && this.#told.childElementCount) return;
    this.#told.dataset.said = said;
    this.#told.replaceChildren(el('h3', {}, 'Alerts of this job'), ...(alerts.length ? alerts.map(a => card(a, this.#cluster.now, { level: 'h4' })) : [el('p', { class: 'empty' }, 'None.')]));
  }
}
