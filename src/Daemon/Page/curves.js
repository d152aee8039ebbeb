import { Curve } from './curve.js';
import { el } from './dom.js';
import { metric } from './words.js';

const Usual = 6;
const Most = 12;
// In spreads: nearer than this a metric does not stand out by itself.
const Strange = 2.5;
const Longest = 3600;
const Pins = 'tocsin.pins';

const kept = () => { try { return JSON.parse(sessionStorage.getItem(Pins)) ?? []; } catch { return []; } };

/** The metrics of a node that stand out, each with what was expected of it; those that are pinned, on every node; and any other on request. */
export class Curves {
  element = el('div', { class: 'curves' });
  #stretch;
  #list = el('div', { class: 'list' });
  #more = el('select', { 'aria-label': 'Add a metric' });
  #again = el('button', { type: 'button', class: 'plain', hidden: true });
  #shown = new Map();
  #hidden = new Set();
  #pins = new Set(kept());
  #first = null;
  #whole = true;
  #ranked = [];
  #none = el('p', { class: 'empty' });

  constructor(stretch) {
    this.#stretch = stretch;
    this.#again.addEventListener('click', () => { for (const m of this.#hidden) this.#add(m); });
    this.element.append(el('div', { class: 'bar' }, el('h3', {}, 'Metrics and what was expected of them'), this.#again, el('label', { class: 'by' }, this.#more), el('button', { type: 'button', class: 'button', onclick: () => { this.#add(this.#more.value); this.#more.value = ''; } }, 'Add')), this.#none, this.#list);
    this.#options();
  }

  close() { for (const c of this.#shown.values()) c.picture?.close(); }

  /** Wanted soon: what was asked for is not there yet. */
  onwanted = () => {};

  /** @param ask asks the daemon for the node's frames with these parameters; @param told metrics that an open alert names */
  async update(ask, told) {
    for (const m of [...this.#pins, ...told]) if (!this.#shown.has(m) && !this.#hidden.has(m)) this.#want(m);
    const names = [...this.#shown.keys()];
    const parameters = new URLSearchParams();
    if (names.length) parameters.set('metrics', names.join());
    if (!this.#whole && this.#first !== null) parameters.set('from', new Date(this.#last).toISOString());
    const whole = this.#whole;
    this.#whole = false;
    let said;
    try {
      said = await ask(parameters);
    } catch (e) {
      this.#whole ||= whole;
      throw e;
    }
    this.#none.hidden = said.ticks > 0 || this.#shown.size > 0;
    this.#none.textContent = 'Not yet: metrics are kept since the daemon started, from the first frame that was scored.';
    this.#ranked = said.ranked;
    if (said.ticks > 0) this.#take(said, whole);
    this.#choose();
    this.#options();
  }

  get #last() { return this.#first + Math.max(0, ...[...this.#shown.values()].map(c => c.data?.values.length ?? 0)) * this.#stretch.step - 4 * this.#stretch.step; }

  #take(said, whole) {
    const first = Date.parse(said.first);
    if (whole || this.#first === null || first < this.#first) this.#first = first;
    const at = Math.round((first - this.#first) / said.step_ms);
    for (const m of said.metrics) {
      const c = this.#shown.get(m.metric) ?? this.#want(m.metric);
      if (whole || !c.data) c.data = { unit: m.unit, values: [], expected: [], low: [], high: [] };
      for (const column of ['values', 'expected', 'low', 'high']) {
        const into = c.data[column];
        while (into.length < at) into.push(null);
        m[column].forEach((v, i) => { into[at + i] = v; });
      }
      if (!c.picture) this.#place(m.metric, c, m);
      c.picture.show(this.#first, c.data);
    }
    if (this.#last - this.#first > Longest * said.step_ms) this.#whole = true;
  }

  #place(metricName, c, of) {
    c.picture = new Curve(this.#stretch, of, {
      pinned: this.#pins.has(metricName),
      onpin: () => this.#pin(metricName),
      onhide: () => this.#hide(metricName),
    });
    if (this.#pins.has(metricName)) this.#list.prepend(c.picture.element);
    else this.#list.append(c.picture.element);
  }

  #choose() {
    for (const r of this.#ranked) {
      if (this.#shown.size >= Usual || r.off < Strange) break;
      if (!this.#shown.has(r.metric) && !this.#hidden.has(r.metric)) this.#add(r.metric);
    }
  }

  #want(m) {
    if (this.#shown.size >= Most) return { data: null, picture: null };
    const c = { data: null, picture: null };
    this.#shown.set(m, c);
    this.#whole = true;
    return c;
  }

  #add(m) {
    if (!m) return;
    this.#hidden.delete(m);
    this.#want(m);
    this.#options();
    this.onwanted();
  }

  #pin(m) {
    if (this.#pins.has(m)) this.#pins.delete(m);
    else {
      this.#pins.add(m);
      const focused = document.activeElement;
      this.#list.prepend(this.#shown.get(m).picture.element);
      focused?.focus();
    }
    this.#shown.get(m).picture.pinned = this.#pins.has(m);
    sessionStorage.setItem(Pins, JSON.stringify([...this.#pins].slice(0, Most)));
  }

  #hide(m) {
    const { picture } = this.#shown.get(m);
    const next = picture.element.nextElementSibling ?? picture.element.previousElementSibling;
    picture.close();
    picture.element.remove();
    this.#shown.delete(m);
    this.#hidden.add(m);
    this.#options();
    (next?.querySelector('button:last-child') ?? this.#more).focus();
  }

  #options() {
    this.#again.hidden = this.#hidden.size === 0;
    this.#again.textContent = `Show hidden (${this.#hidden.size})`;
    if (document.activeElement === this.#more) return;
    const rest = this.#ranked.filter(r => !this.#shown.has(r.metric));
    const said = rest.map(r => r.metric).join();
    if (this.#more.dataset.said === said) return;
    this.#more.dataset.said = said;
    this.#more.replaceChildren(el('option', { value: '' }, 'Add a metric \u2026'), ...rest.map(r => el('option', { value: r.metric }, `${metric(r.metric)}${r.off >= 1 ? ` (off by ${r.off.toFixed(1)})` : ''}`)));
  }
}
