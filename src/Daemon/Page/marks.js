import { send } from './api.js';
import { el, name, plain } from './dom.js';
import { Notice } from './notice.js';
import { clock, metric, round, span } from './words.js';

export const Kinds = ['unknown', 'cpu', 'memory', 'disk', 'filesystem', 'network', 'fabric', 'gpu', 'thermal', 'power', 'hang', 'unreachable'];

const iso = ms => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
const parse = text => Date.parse(`${text.trim().replace(' ', 'T')}${/Z|[+-]\d\d:?\d\d$/.test(text) ? '' : 'Z'}`);

/** Marks stretches of a node's time: by hand, by dragging over the chart, or as detectors suggest. */
export class Marks {
  element = el('section', { class: 'marks', 'aria-label': 'Labels' });
  #node;
  #chart;
  #notice = new Notice();
  #from = el('input', { size: 19, spellcheck: 'false', autocomplete: 'off', placeholder: '2026-01-31 14:00:00' });
  #until = el('input', { size: 19, spellcheck: 'false', autocomplete: 'off', placeholder: '2026-01-31 14:20:00' });
  #kind = el('select', {}, el('option', { value: 'normal' }, 'normal'), ...Kinds.map(k => el('option', { value: k, selected: k === 'unknown' }, k === 'unknown' ? 'fault' : `fault: ${k}`)));
  #note = el('input', { maxlength: 500, autocomplete: 'off' });
  #form;
  #hints = el('p', { class: 'chips' });
  #list = el('div');
  #shown = '';
  onchange = () => {};

  constructor(node, chart) {
    [this.#node, this.#chart] = [node, chart];
    const field = (words, input, type = '') => el('label', { class: type }, words, input);
    this.#form = el('form', { class: 'form', hidden: true },
      field('from (UTC)', this.#from), field('until', this.#until), field('it was', this.#kind), field('why', this.#note, 'grow'),
      el('button', { type: 'submit', class: 'button main' }, 'Mark'));
    this.#form.addEventListener('submit', e => { e.preventDefault(); this.#mark(); });
    const toggle = el('button', { type: 'button', class: 'button', 'aria-expanded': 'false', onclick: () => this.#open(this.#form.hidden) }, 'Mark a stretch');
    this.toggle = toggle;
    this.element.append(el('div', { class: 'bar' }, el('h3', {}, 'Labels'), toggle), this.#form, this.#notice.element, this.#hints, this.#list);
  }

  #open(yes) {
    this.#form.hidden = !yes;
    this.toggle.setAttribute('aria-expanded', String(yes));
    this.#chart.choose = yes ? (from, until) => this.#fill(from, until) : null;
    if (yes) {
      const [from, until] = this.#chart.window;
      if (!this.#from.value) this.#fill(from, until);
      this.#from.focus();
    }
  }

  #fill(from, until, kind = null) {
    [this.#from.value, this.#until.value] = [iso(from), iso(until)];
    if (kind) this.#kind.value = kind;
  }

  async #mark() {
    const [from, until] = [parse(this.#from.value), parse(this.#until.value)];
    if (!(until > from)) return this.#notice.say('From and until: expected times such as 2026-01-31 14:00:00, the one before the other.', null, true);
    const kind = this.#kind.value;
    let label;
    const done = await this.#notice.doing('Marking', async () => {
      label = await send('POST', 'api/v1/labels', { node: this.#node, from: new Date(from).toISOString(), until: new Date(until).toISOString(), label: kind === 'normal' ? 'normal' : 'fault', ...(kind === 'normal' ? {} : { fault: kind }), note: this.#note.value });
    });
    if (!done) return;
    this.#note.value = '';
    this.#notice.say(kind === 'normal' ? 'Marked as normal.' : 'Marked as a fault: it is never learned from.', () => this.#undo(label.id));
    this.onchange();
  }

  async #undo(id) {
    if (await this.#notice.doing('Undoing', () => send('DELETE', `api/v1/labels/${id}`))) this.#notice.say('Undone.');
    this.onchange();
  }

  show(labels, suggestions) {
    const said = JSON.stringify([labels, suggestions]);
    if (said === this.#shown) return;
    this.#shown = said;
    const open = suggestions.filter(s => !labels.some(l => Date.parse(l.from) < Date.parse(s.until) && Date.parse(s.from) < Date.parse(l.until))).slice(-8);
    this.#hints.replaceChildren(...(open.length ? ['Detectors suggest: ', ...open.map(s => el('button', { type: 'button', class: 'chip', onclick: () => {
      this.#open(true);
      this.#fill(Date.parse(s.from), Date.parse(s.until), 'unknown');
    } }, `${clock(Date.parse(s.from)).slice(0, 5)}, ${span(Date.parse(s.until) - Date.parse(s.from))}: ${s.metric ? metric(s.metric) : 'score'} ${s.metric ? `${round(s.peak)} deviations off` : `${round(s.peak)} x its threshold`}`))] : []));
    this.#list.replaceChildren(...labels.map(l => el('p', { class: 'meta' }, el('strong', {}, words(l)), `${iso(Date.parse(l.from))} for ${span(Date.parse(l.until) - Date.parse(l.from))}`, el('span', {}, 'by ', name(l.who)), plain(l.note),
      el('button', { type: 'button', class: 'plain', onclick: () => this.#undo(l.id) }, 'Undo', el('span', { class: 'hidden' }, ` label ${l.id}`)))));
    if (!labels.length && !open.length) this.#list.replaceChildren(el('p', { class: 'empty' }, 'None. What is marked as a fault is never learned from.'));
  }
}

export const words = l => (l.fault === null ? 'normal' : l.fault === 'unknown' ? 'fault' : `fault: ${l.fault}`);
