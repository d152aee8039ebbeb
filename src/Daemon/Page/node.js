import { Again } from './again.js';
import { Failure, get } from './api.js';
import { card } from './alerts.js';
import { Chart } from './chart.js';
import { Curves } from './curves.js';
import { Marks, words as labelWords } from './marks.js';
import { el, jobLink, name, plain, swap } from './dom.js';
import { Stretch } from './stretch.js';
import { VerdictTools } from './verdict.js';
import { clock, date, many, metric, quantity, round, score, span } from './words.js';

const Every = 5000;
// Its data is half a dozen answers: no more often, however fast it changes.
const Gap = 2000;
const Stretches = [['15 min', 15], ['1 h', 60], ['all', null]];

/** One node: how it stands, its score over time, the metrics that stand out with what was expected of them, its alerts. */
export class NodeView {
  element = el('div', { class: 'node-view' });
  #node;
  #cluster;
  #alerts;
  #stretch = new Stretch();
  #chart = new Chart(this.#stretch);
  #curves = new Curves(this.#stretch);
  #marks;
  #head = el('div');
  #facts = el('dl', { class: 'facts' });
  #top = el('div');
  #told = el('div');
  #none = el('p', { class: 'empty' });
  #stop = new AbortController();
  #again;
  #tools = new VerdictTools();
  #seen = '';
  #said = '';

  constructor(node, cluster, alerts, feed) {
    [this.#node, this.#cluster, this.#alerts] = [node, cluster, alerts];
    this.#marks = new Marks(node, this.#chart);
    this.#again = new Again(feed, () => this.#look(), { every: Every, gap: Gap });
    this.#marks.onchange = () => this.#again.wake(true);
    this.element.append(this.#head, this.#facts,
      el('div', { class: 'bar' }, el('h3', {}, 'Score and threshold'), ...timeTools(this.#stretch)),
      this.#none, this.#chart.element, this.#top, this.#curves.element, this.#marks.element, this.#told);
    this.#curves.onwanted = () => this.#again.wake(true);
    this.#chart.element.hidden = true;
    this.#none.textContent = 'Asking \u2026';
    this.#heading(null);
    const { signal } = this.#stop;
    cluster.addEventListener('change', e => { if (e.detail.nodes.some(n => n.node === node)) this.#again.wake(); }, { signal });
    alerts.addEventListener('change', e => { if (e.detail?.nodes.includes(node)) this.#again.wake(); }, { signal });
    for (const what of ['labels', 'verdicts', 'library']) feed.addEventListener(what, () => this.#again.wake(), { signal });
    this.#again.run();
  }

  close() {
    this.#stop.abort();
    this.#again.close();
    this.#curves.close();
  }

  async #look() {
    try {
      await this.#once();
    } catch (e) {
      if (this.#stop.signal.aborted) return;
      if (e instanceof Failure && e.status === 404) this.#gone();
      else console.info('node:', e.message);
    }
  }

  async #once() {
    const key = encodeURIComponent(this.#node);
    const ask = path => get(path, AbortSignal.any([this.#stop.signal, AbortSignal.timeout(20_000)]));
    const [node, scores] = await Promise.all([ask(`api/v1/nodes/${key}`), ask(`api/v1/nodes/${key}/scores`)]);
    const first = Date.parse(scores.first);
    const from = scores.scores.length ? first : Date.parse(node.frame ?? 0) - 3_600_000;
    const since = `from=${Math.floor(Math.max(0, from) / 1000)}`;
    const [segments, alerts, jobs, labels, hints] = await Promise.all([
      ask(`api/v1/segments?node=${key}&limit=1000&${since}`),
      ask(`api/v1/alerts?node=${key}&limit=100&${since}`),
      ask(`api/v1/jobs?limit=200&${since}`).catch(() => ({ jobs: [] })),
      ask(`api/v1/labels?node=${key}&limit=100&${since}`),
      ask(`api/v1/nodes/${key}/suggestions`),
    ]);
    if (this.#stop.signal.aborted) return;
    this.#heading(node);
    this.#standing(node);
    const titles = new Map([...jobs.jobs, ...node.jobs].map(j => [j.job_id, j.job_name]));
    this.#curve(scores, first, segments.segments, alerts.alerts, titles, labels.labels);
    this.#marks.show(labels.labels, hints.suggestions);
    this.#outstanding(node, alerts.alerts);
    this.#history(alerts.alerts);
    await this.#curves.update(p => ask(`api/v1/nodes/${key}/frames?${p}`), alerts.alerts.filter(a => a.status === 'open').flatMap(a => a.top.map(t => t.metric)).slice(0, 4));
  }

  #heading(node) {
    const key = node ? `${node.condition}${node.since}${node.muted}` : '';
    if (key === this.#seen && this.#head.childElementCount) return;
    this.#seen = key;
    const since = node?.since ? Date.parse(node.since) : null;
    const text = node ? el('p', { class: 'standing' }, el('span', { class: `mark ${node.condition}`, 'aria-hidden': 'true' }), el('strong', {}, node.condition), since ? ` since ${date(since)}` : '',
      node.muted ? ', in maintenance or drained: scored, not told of' : '') : '';
    if (!this.#head.childElementCount)
      this.#head.append(el('div', { class: 'bar' }, el('h2', { tabindex: -1, id: 'side-title' }, name(this.#node)), el('a', { class: 'close', href: '#/', 'aria-label': `Close ${this.#node}`, title: 'Close (Esc)' }, '\u00d7')), el('div'));
    this.#head.lastChild.replaceChildren(text);
  }

  #standing(node) {
    const jobs = node.jobs.length
      ? node.jobs.map(j => el('div', {}, jobLink(j.job_id, `${j.job_id} ${j.job_name}`), j.user ? [' of ', name(j.user)] : '', `, for ${span(Date.parse(node.frame) - Date.parse(j.start))}`))
      : ['none, idle'];
    const m = node.match;
    const pattern = !m ? ['not known yet'] : m.pattern < 0 ? ['none fits; nearest is ', patternLink(m.nearest)] : [patternLink(m.pattern), m.confidence === null ? '' : `, ${round(m.confidence * 100)} % sure`];
    const facts = [
      [node.jobs.length > 1 ? 'Jobs' : 'Job', jobs],
      ['Score', [node.score === null ? 'none yet' : score(node.score), node.threshold === null ? '' : ` of ${score(node.threshold)} allowed`]],
      ['Pattern', pattern],
      ['Latest data', [node.frame ? el('time', { datetime: node.frame, title: date(Date.parse(node.frame)) }, `${clock(Date.parse(node.frame))} UTC`) : 'none']],
      ...(node.scheduler_state ? [['Slurm says', [name(node.scheduler_state)]]] : []),
    ];
    this.#facts.replaceChildren(...facts.map(([term, words]) => el('div', {}, el('dt', {}, term), el('dd', {}, ...words))));
  }

  #curve(scores, first, segments, alerts, titles, labels) {
    const any = scores.scores.some(s => s !== null);
    this.#chart.element.hidden = !any;
    this.#none.hidden = any;
    if (!any) {
      this.#none.textContent = 'No scores yet. They are kept in memory since the daemon started, and begin once a library of patterns is there and a segment has lasted long enough.';
      return;
    }
    this.#chart.show({
      first, step: scores.step_ms, scores: scores.scores, thresholds: scores.thresholds,
      segments: segments.map((s, i) => ({
        start: Date.parse(s.start), end: s.end ? Date.parse(s.end) : null, jobs: s.jobs, tone: i,
        label: s.jobs.length ? s.jobs.map(j => `${j.job_id}${titles.get(j.job_id) ? ` ${titles.get(j.job_id)}` : ''}`).join(', ') : 'idle',
      })),
      alerts: alerts.map(a => ({ from: Date.parse(a.since), until: a.cleared ? Date.parse(a.cleared) : null, severity: a.severity, summary: a.summary })),
      labels: labels.map(l => ({ from: Date.parse(l.from), until: Date.parse(l.until), kind: l.fault === null ? 'normal' : 'fault', words: labelWords(l) })),
    });
  }

  /** Of the open alert, which has values in raw units; else of the latest frame, which has shares. */
  #outstanding(node, alerts) {
    const open = alerts.find(a => a.status === 'open' && a.top.length);
    const top = open ? open.top : node.top;
    const shared = top.some(t => t.share > 0);
    const rows = top.map(t => el('tr', {},
      el('th', { scope: 'row' }, name(metric(t.metric)), t.device ? [' ', name(t.device)] : ''),
      shared ? el('td', { class: 'share' }, bar(t.share ?? 0), `${Math.round((t.share ?? 0) * 100)} %`) : null,
      ...(open ? [el('td', {}, quantity(t.value, t.unit)), el('td', {}, t.expected === undefined ? '\u2013' : `${quantity(t.expected, t.unit, t.spread)}${t.spread ? ` \u00b1 ${quantity(t.spread, t.unit)}` : ''}`)] : [])));
    const said = JSON.stringify([top, open?.id]);
    if (said === this.#said) return;
    this.#said = said;
    this.#top.replaceChildren(el('h3', {}, 'What stands out'), rows.length
      ? el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'What stands out' }, el('table', {},
        el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'metric'), shared ? el('th', { scope: 'col' }, 'of the score') : null, ...(open ? [el('th', { scope: 'col' }, 'now'), el('th', { scope: 'col' }, 'expected')] : []))),
        el('tbody', {}, ...rows)))
      : el('p', { class: 'empty' }, 'Nothing: the score is below its threshold.'));
  }

  #history(alerts) {
    const said = alerts.map(a => `${a.id}.${a.revision}`).join();
    if (this.#told.dataset.said === said) return;
    this.#told.dataset.said = said;
    this.#tools.keep(new Set(alerts.map(a => a.id)));
    const held = this.#told.contains(document.activeElement) ? document.activeElement : null;
    swap(this.#told, [el('h3', {}, 'Alerts of this node'), ...(alerts.length
      ? alerts.slice(0, 20).map(a => card(a, this.#cluster.now, { level: 'h4', tools: a.status === 'open' ? this.#tools.of(a) : [] }))
      : [el('p', { class: 'empty' }, 'None in this time.')]), alerts.length > 20 ? el('p', { class: 'empty' }, `and ${many(alerts.length - 20, 'older one')}`) : '']);
    if (held?.isConnected) held.focus({ preventScroll: true });
  }

  #gone() {
    this.#none.hidden = false;
    this.#none.textContent = plain(`${this.#node} is not watched${this.#cluster.cluster ? ` in ${this.#cluster.cluster}` : ''}.`);
    this.#chart.element.hidden = true;
  }
}

const patternLink = id => el('a', { href: `#/pattern/${id}` }, String(id));

/** Buttons for what keys and dragging do to time. */
export function timeTools(stretch) {
  const stretches = Stretches.map(([words, minutes]) => el('button', {
    type: 'button', 'aria-pressed': minutes === null ? 'true' : 'false', onclick: () => stretch.hold(minutes && { length: minutes * 60_000 }), 'data-minutes': minutes ?? 'all',
  }, words));
  stretch.addEventListener('held', () => {
    const held = stretch.held === null ? 'all' : String((stretch.held.length ?? 0) / 60_000);
    for (const b of stretches) if ((b.getAttribute('aria-pressed') === 'true') !== (b.dataset.minutes === held)) b.setAttribute('aria-pressed', String(b.dataset.minutes === held));
  });
  const middle = () => (stretch.window[0] + stretch.window[1]) / 2;
  const tool = (label, sign, act) => el('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, sign);
  return [
    el('div', { class: 'stretches', role: 'group', 'aria-label': 'Move and zoom' },
      tool('Back in time (Page Up)', '\u2190', () => stretch.pan(-0.5)), tool('Forth in time (Page Down)', '\u2192', () => stretch.pan(0.5)),
      tool('Closer (+)', '+', () => stretch.zoom(middle(), 0.5)), tool('Further away (-)', '\u2212', () => stretch.zoom(middle(), 2))),
    el('div', { class: 'stretches', role: 'group', 'aria-label': 'Show the last' }, ...stretches),
  ];
}

function bar(share) {
  const inner = el('span');
  inner.style.width = `${Math.min(100, Math.max(0, share * 100))}%`;
  return el('span', { class: 'meter', 'aria-hidden': 'true' }, inner);
}
