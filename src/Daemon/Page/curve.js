import { Left, Right } from './chart.js';
import { el, name } from './dom.js';
import { once, watchWidth } from './stretch.js';
import { metric, quantity, round } from './words.js';

const Height = 74;
const Top = 5;
const Colours = ['score', 'threshold', 'anomalous', 'line', 'quiet', 'ink', 'shade'];
const Kinds = { level: '', increase: 'change per second', decrease: 'change per second', since_start: 'since the segment began' };
let colours = null;

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { colours = null; });

export function paint() {
  if (colours) return colours;
  const style = getComputedStyle(document.documentElement);
  return colours = Object.fromEntries(Colours.map(c => [c, style.getPropertyValue(`--${c}`).trim()]));
}

/** One metric over time: its value, what the model expected of it, and the band in which it would be nothing strange. */
export class Curve {
  element;
  #stretch;
  #canvas = el('canvas', { 'aria-hidden': 'true' });
  #words = el('span', { class: 'now' });
  #pin;
  #data = null;
  #first = 0;
  #width = 0;
  #draw;
  #stop = new AbortController();

  /** @param pinned whether it is; onpin and onhide are told of clicks */
  constructor(stretch, of, { pinned, onpin, onhide }) {
    this.#stretch = stretch;
    const said = metric(of.metric);
    this.#pin = el('button', { type: 'button', class: 'tool', 'aria-pressed': String(pinned), 'aria-label': `Keep ${said} on top, on every node`, title: 'Keep on top, on every node', onclick: onpin }, '\u25b2');
    const how = Kinds[of.treatment];
    this.element = el('figure', { class: 'curve', 'data-metric': of.metric },
      el('figcaption', {}, el('strong', {}, name(said)), how ? el('span', { class: 'how' }, ` ${how}`) : '', ' ', this.#words, el('span', { class: 'space' }), this.#pin,
        el('button', { type: 'button', class: 'tool', 'aria-label': `Hide ${said}`, title: 'Hide', onclick: onhide }, '\u00d7')), this.#canvas);
    this.#draw = once(() => this.#paint());
    const { signal } = this.#stop;
    stretch.addEventListener('view', this.#draw, { signal });
    stretch.addEventListener('point', () => this.#point(), { signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.#draw, { signal });
    watchWidth(this.element, width => { this.#width = width; this.#draw(); });
    this.#canvas.addEventListener('wheel', e => stretch.wheel(e, this.#time(e)), { passive: false });
    this.#canvas.addEventListener('pointermove', e => stretch.point(this.#time(e)));
    this.#canvas.addEventListener('pointerleave', () => stretch.point(null));
  }

  close() { this.#stop.abort(); }

  set pinned(yes) { this.#pin.setAttribute('aria-pressed', String(yes)); }

  /** @param data {unit, values, expected, low, high} on the stretch's grid from `first` on */
  show(first, data) {
    [this.#first, this.#data] = [first, data];
    this.#draw();
    this.#point();
  }

  #time(e) {
    const box = this.#canvas.getBoundingClientRect();
    const [from, until] = this.#stretch.window;
    return from + Math.min(1, Math.max(0, (e.clientX - box.left - Left) / (box.width - Left - Right))) * (until - from);
  }

  #point() {
    const d = this.#data;
    if (!d) return;
    const asked = this.#stretch.at === null ? d.values.length - 1 : Math.round((this.#stretch.at - this.#first) / this.#stretch.step);
    let i = asked;
    if (this.#stretch.at === null) while (i > 0 && d.values[i] === null) i--;
    const [v, e] = [d.values[i], d.expected[i]];
    const spread = (d.high[i] - d.low[i]) / 4;
    const text = v === undefined ? 'not kept' : v === null ? 'missing' : `${quantity(v, d.unit, e === null ? 0 : spread)}${e === null ? '' : `, expected ${quantity(e, d.unit, spread)} \u00b1 ${quantity(spread, d.unit)}`}`;
    if (this.#words.textContent !== text) this.#words.textContent = text;
    this.#draw();
  }

  #paint() {
    const width = this.#width;
    if (!this.#data || !width) return;
    const ratio = devicePixelRatio || 1;
    if (this.#canvas.width !== Math.round(width * ratio)) [this.#canvas.width, this.#canvas.height, this.#canvas.style.height] = [Math.round(width * ratio), Math.round(Height * ratio), `${Height}px`];
    const pen = this.#canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, Height);
    const d = this.#data;
    const [from, until] = this.#stretch.window;
    const step = this.#stretch.step;
    const a = Math.max(0, Math.floor((from - this.#first) / step));
    const b = Math.min(d.values.length, Math.ceil((until - this.#first) / step) + 1);
    const [low, high] = extent(d, a, b);
    const x = i => Left + ((this.#first + i * step - from) / (until - from)) * (width - Left - Right);
    const y = v => Top + (1 - (Math.min(high, Math.max(low, v)) - low) / (high - low)) * (Height - 2 * Top);
    const c = paint();
    this.#axis(pen, c, low, high, y, width);
    pen.save();
    pen.beginPath();
    pen.rect(Left, 0, width - Left - Right, Height);
    pen.clip();
    band(pen, d, a, b, x, y, c);
    trace(pen, d.expected, a, b, x, y, c.threshold, 1.3, [5, 4]);
    trace(pen, d.values, a, b, x, y, c.score, 1.6, []);
    if (this.#stretch.at !== null) {
      pen.fillStyle = c.quiet;
      pen.fillRect(x(Math.round((this.#stretch.at - this.#first) / step)) - 0.5, 0, 1, Height);
    }
    pen.restore();
  }

  #axis(pen, c, low, high, y, width) {
    pen.strokeStyle = c.line;
    pen.fillStyle = c.quiet;
    pen.font = '11px system-ui, sans-serif';
    pen.textAlign = 'right';
    for (const v of [low, high]) {
      const at = Math.round(y(v)) + 0.5;
      pen.beginPath();
      pen.moveTo(Left, at);
      pen.lineTo(width - Right, at);
      pen.stroke();
      pen.fillText(axis(v, this.#data.unit, (high - low) / 100), Left - 6, v === high ? Top + 8 : Height - Top);
    }
  }
}

/** A mark of an axis: short, without a unit that is no size; what is small against the other end is 0. */
export const axis = (v, unit, grain = 0) => quantity(v, /^(bytes|B|KiB|MiB|GiB)|share|ratio|fraction/.test(unit) ? unit.replace(/\/s$/, '') : '', grain).replace(/(\d) (?=[A-Za-z%])/, '$1\u2009');

/** From the lowest to the highest of value and expectation, and of the band as far as it is no wider than thrice that. */
function extent(d, a, b) {
  let [low, high, least, most] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = a; i < b; i++) {
    for (const v of [d.values[i], d.expected[i]]) {
      if (v === null) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    if (d.low[i] !== null && d.low[i] < least) least = d.low[i];
    if (d.high[i] !== null && d.high[i] > most) most = d.high[i];
  }
  if (low > high) return [0, 1];
  const span = Math.max(high - low, Math.abs(high) * 1e-3, 1e-9);
  [low, high] = [Math.max(Math.min(low, least), low - span), Math.min(Math.max(high, most), high + span)];
  [low, high] = within(low, high, d.values, d.unit, a, b);
  return high > low ? [low, high] : [low, low + 1];
}

/** What is never below nothing is not drawn there, and a share not above one. */
export function within(low, high, values, unit, a, b) {
  let [least, most] = [Infinity, -Infinity];
  for (let i = a; i < b; i++) if (values[i] !== null) [least, most] = [Math.min(least, values[i]), Math.max(most, values[i])];
  const grain = 1e-6 * Math.max(Math.abs(least), Math.abs(most));
  return [least >= -grain ? Math.max(0, low) : low, unit === 'share' && most <= 1.0001 ? Math.min(1, high) : high];
}

function band(pen, d, a, b, x, y, c) {
  pen.fillStyle = c.threshold;
  pen.globalAlpha = 0.16;
  let open = -1;
  for (let i = a; i <= b; i++) {
    const here = i < b && d.low[i] !== null && d.high[i] !== null;
    if (here && open < 0) open = i;
    if (here || open < 0) continue;
    pen.beginPath();
    for (let k = open; k < i; k++) pen.lineTo(x(k), y(d.high[k]));
    for (let k = i - 1; k >= open; k--) pen.lineTo(x(k), y(d.low[k]));
    pen.fill();
    open = -1;
  }
  pen.fillStyle = c.anomalous;
  pen.globalAlpha = 0.35;
  for (let i = a; i < b; i++) {
    const v = d.values[i];
    if (v === null || d.low[i] === null || (v >= d.low[i] && v <= d.high[i])) continue;
    const edge = y(v > d.high[i] ? d.high[i] : d.low[i]);
    pen.fillRect(x(i - 0.5), Math.min(edge, y(v)), x(i + 0.5) - x(i - 0.5), Math.abs(edge - y(v)));
  }
  pen.globalAlpha = 1;
}

export function trace(pen, values, a, b, x, y, colour, width, dash) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = 'round';
  pen.setLineDash(dash);
  pen.beginPath();
  let down = false;
  for (let i = a; i < b; i++) {
    if (values[i] === null || values[i] === undefined) down = false;
    else if (down) pen.lineTo(x(i), y(values[i]));
    else {
      pen.moveTo(x(i), y(values[i]));
      pen.lineTo(x(i) + 0.01, y(values[i]));
      down = true;
    }
  }
  pen.stroke();
  pen.setLineDash([]);
}
