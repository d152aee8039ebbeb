import { el, plain, svg } from './dom.js';
import { clock, minute, score } from './words.js';

const Left = 38;
const Right = 10;
const Top = 20;
const Plot = 190;
const Lane = 20;
const Height = Top + Plot + Lane + 26;
const Least = 8;
// So many thresholds high is the picture where only a few scores are higher: one wild one must not flatten the rest.
const Tallest = 6;

/** Score and threshold over time, segments of jobs as bands, alerts as bars. Arrow keys read it, + and - and dragging zoom. */
export class Chart {
  element = el('div', { class: 'chart' });
  #picture = svg('svg', { tabindex: 0, role: 'application', 'aria-roledescription': 'chart', 'aria-label': 'Score and threshold over time: arrow keys read it, plus and minus zoom', height: Height });
  #read = el('p', { class: 'read', 'aria-live': 'polite' });
  #cursor = svg('line', { class: 'cursor', y1: Top, y2: Top + Plot + Lane });
  #brush = svg('rect', { class: 'brush', y: Top, height: Plot });
  #data = null;
  #at = null;
  #from = 0;
  #until = 1;
  #held = null;
  #drag = null;
  #width = 600;

  constructor() {
    this.element.append(this.#picture, this.#read);
    new ResizeObserver(() => this.#draw()).observe(this.element);
    this.#picture.addEventListener('keydown', e => this.#key(e));
    this.#picture.addEventListener('pointermove', e => this.#move(e));
    this.#picture.addEventListener('pointerdown', e => { this.#drag = this.#time(e); this.#picture.setPointerCapture(e.pointerId); });
    this.#picture.addEventListener('pointerup', e => this.#drop(e));
    this.#picture.addEventListener('dblclick', () => this.hold(null));
    this.#picture.addEventListener('pointerleave', () => { if (this.#drag === null) this.#point(null); });
  }

  /** @param data {first, step, scores, thresholds, segments, alerts}; times in unix milliseconds */
  show(data) {
    this.#data = data;
    this.#draw();
  }

  /** The stretch that is shown: {length} of the latest, {from, until}, or null for all. */
  hold(stretch) {
    this.#held = stretch;
    this.element.dispatchEvent(new CustomEvent('held', { detail: stretch }));
    this.#draw();
  }

  get #end() { return this.#data.first + this.#data.step * this.#data.scores.length; }

  #window() {
    const { first, step } = this.#data;
    const end = Math.max(this.#end, first + Least * step);
    const held = this.#held;
    if (held?.from !== undefined) return [held.from, held.until];
    return held ? [end - held.length, end] : [first, end];
  }

  #x(ms) { return Left + ((ms - this.#from) / (this.#until - this.#from)) * (this.#width - Left - Right); }

  #time(e) {
    const x = e.clientX - this.#picture.getBoundingClientRect().left;
    return this.#from + Math.min(1, Math.max(0, (x - Left) / (this.#width - Left - Right))) * (this.#until - this.#from);
  }

  #draw() {
    if (!this.#data || !this.element.clientWidth) return;
    this.#width = this.element.clientWidth;
    [this.#from, this.#until] = this.#window();
    const { first, step, scores, thresholds } = this.#data;
    const a = Math.max(0, Math.floor((this.#from - first) / step));
    const b = Math.min(scores.length, Math.ceil((this.#until - first) / step) + 1);
    const line = max(thresholds, a, b);
    const highest = max(scores, a, b);
    const wanted = Math.max(highest ?? 1, (line ?? 1) * 1.35) * 1.06;
    const top = line ? Math.min(wanted, Math.max(line * Tallest, usual(scores, a, b) * 1.1)) : wanted;
    const y = v => Top + Plot - (Math.min(v, top) / top) * Plot;
    this.#picture.setAttribute('viewBox', `0 0 ${this.#width} ${Height}`);
    this.#picture.setAttribute('width', this.#width);
    this.#picture.replaceChildren(
      svg('defs', {}, svg('clipPath', { id: 'plot' }, svg('rect', { x: Left, y: 0, width: Math.max(1, this.#width - Left - Right), height: Height }))),
      ...this.#axisY(top, y),
      ...this.#axisX(),
      svg('g', { 'clip-path': 'url(#plot)' }, ...this.#bands(), ...this.#alerts(), ...this.#curves(a, b, y), this.#brush, this.#cursor),
      highest > top ? svg('text', { x: this.#width - Right, y: Top - 9, class: 'cut', 'text-anchor': 'end' }, `cut off at ${score(top)}, highest ${score(highest)}`) : '');
    this.#brush.setAttribute('width', 0);
    this.#point(this.#at);
  }

  #axisY(top, y) {
    const step = nice(top / 4);
    const ticks = [];
    for (let v = 0; v <= top; v += step) ticks.push(v);
    return ticks.flatMap(v => [
      svg('line', { class: 'rule', x1: Left, x2: this.#width - Right, y1: y(v), y2: y(v) }),
      svg('text', { x: Left - 6, y: y(v) + 4, 'text-anchor': 'end' }, String(Number(v.toPrecision(3)))),
    ]);
  }

  #axisX() {
    const room = Math.max(2, Math.floor((this.#width - Left - Right) / 76));
    const step = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400].map(s => s * 1000).find(s => (this.#until - this.#from) / s <= room) ?? 21_600_000;
    const marks = [];
    for (let t = Math.ceil(this.#from / step) * step; t <= this.#until; t += step) {
      const x = this.#x(t);
      marks.push(svg('line', { class: 'rule', x1: x, x2: x, y1: Top + Plot + Lane, y2: Top + Plot + Lane + 4 }));
      if (x > Left + 10 && x < this.#width - Right - 18) marks.push(svg('text', { x, y: Height - 8, 'text-anchor': 'middle' }, step < 60_000 ? clock(t) : minute(t)));
    }
    return [...marks, svg('text', { x: Left - 6, y: Height - 8, 'text-anchor': 'end' }, 'UTC')];
  }

  #bands() {
    return this.#data.segments.filter(s => s.start < this.#until && (s.end ?? Infinity) > this.#from).flatMap((s, i) => {
      const [x, right] = [Math.max(this.#x(s.start), Left), Math.min(this.#x(s.end ?? this.#until), this.#width - Right)];
      const wide = Math.max(1, right - x);
      const kind = s.jobs.length ? `job tone${s.tone % 2}` : 'idle';
      const words = s.label;
      const fits = Math.floor((wide - 8) / 6.4);
      return [
        svg('rect', { class: `band ${kind}`, x, y: Top, width: wide, height: Plot }),
        svg('rect', { class: `lane ${kind}`, x, y: Top + Plot + 3, width: Math.max(1, wide - 1), height: Lane - 5, rx: 2 }, svg('title', {}, plain(words))),
        fits >= 3 ? svg('text', { class: 'tag', x: x + 4, y: Top + Plot + 14 }, plain(words.length > fits ? words.slice(0, fits - 1) + '\u2026' : words)) : '',
      ];
    });
  }

  #alerts() {
    return this.#data.alerts.filter(a => a.from < this.#until && (a.until ?? Infinity) > this.#from).map(a => {
      const [x, right] = [this.#x(a.from), this.#x(a.until ?? this.#until)];
      return svg('rect', { class: `told ${a.severity}`, x, y: Top - 5, width: Math.max(3, right - x), height: 5, rx: 2 }, svg('title', {}, plain(a.summary)));
    });
  }

  #curves(a, b, y) {
    const { first, step, scores, thresholds } = this.#data;
    const x = i => this.#x(first + i * step).toFixed(1);
    let [curve, rule, over] = ['', '', ''];
    for (let i = a; i < b; i++) {
      if (scores[i] !== null) {
        curve += `${i > a && scores[i - 1] !== null ? 'L' : 'M'}${x(i)} ${y(scores[i]).toFixed(1)}`;
        if (i === a || scores[i - 1] === null) curve += 'h.01';
        if (thresholds[i] !== null && scores[i] > thresholds[i]) over += `M${x(i - 0.5)} ${y(thresholds[i]).toFixed(1)}V${y(scores[i]).toFixed(1)}H${x(i + 0.5)}V${y(thresholds[i]).toFixed(1)}Z`;
      }
      if (thresholds[i] !== null) rule += `${i > a && thresholds[i - 1] !== null ? 'L' : 'M'}${x(i)} ${y(thresholds[i]).toFixed(1)}H${x(i + 1)}`;
    }
    return [svg('path', { class: 'over', d: over }), svg('path', { class: 'threshold', d: rule }), svg('path', { class: 'score', d: curve })];
  }

  #point(ms) {
    this.#at = ms;
    this.#cursor.toggleAttribute('hidden', ms === null);
    if (!this.#data) return;
    if (ms === null) {
      this.#read.textContent = this.#held?.from !== undefined ? 'Double click or 0 shows all again.' : 'Drag to zoom; arrow keys read values.';
      return;
    }
    const { first, step, scores, thresholds, segments } = this.#data;
    const i = Math.min(scores.length - 1, Math.max(0, Math.round((ms - first) / step)));
    const t = first + i * step;
    this.#cursor.setAttribute('x1', this.#x(t));
    this.#cursor.setAttribute('x2', this.#x(t));
    const segment = segments.find(s => s.start <= t && (s.end ?? Infinity) > t);
    this.#read.textContent = plain(scores[i] === null || scores[i] === undefined
      ? `${clock(t)}  no score${segment ? `  ${segment.label}` : ''}`
      : `${clock(t)}  score ${score(scores[i])}  threshold ${score(thresholds[i])}${segment ? `  ${segment.label}` : ''}`);
  }

  #move(e) {
    if (!this.#data) return;
    const t = this.#time(e);
    this.#point(t);
    if (this.#drag === null) return;
    const [x, right] = [this.#x(Math.min(t, this.#drag)), this.#x(Math.max(t, this.#drag))];
    this.#brush.setAttribute('x', x);
    this.#brush.setAttribute('width', right - x);
  }

  #drop(e) {
    const [a, b] = [this.#drag, this.#time(e)];
    this.#drag = null;
    if (a !== null && this.#data && Math.abs(a - b) > 3 * this.#data.step) this.hold({ from: Math.min(a, b), until: Math.max(a, b) });
    else this.#brush.setAttribute('width', 0);
  }

  #key(e) {
    if (!this.#data || e.ctrlKey || e.metaKey || e.altKey) return;
    const { first, step } = this.#data;
    const at = this.#at ?? this.#end - step;
    const [from, until] = [this.#from, this.#until];
    const go = ms => this.#point(Math.min(this.#end - step, Math.max(first, ms)));
    if (e.key === 'ArrowLeft') go(at - step * (e.shiftKey ? 10 : 1));
    else if (e.key === 'ArrowRight') go(at + step * (e.shiftKey ? 10 : 1));
    else if (e.key === 'Home') go(from);
    else if (e.key === 'End') go(until);
    else if (e.key === '0') this.hold(null);
    else if (e.key === '+' || e.key === '-') this.#zoom(at, e.key === '+' ? 0.5 : 2);
    else return;
    e.preventDefault();
  }

  #zoom(at, factor) {
    const { first, step } = this.#data;
    const length = Math.max(Least * step, (this.#until - this.#from) * factor);
    if (length >= this.#end - first) this.hold(null);
    else this.hold({ from: at - length / 2, until: at + length / 2 });
  }
}

function max(values, a, b) {
  let best = null;
  for (let i = a; i < b; i++) if (values[i] !== null && (best === null || values[i] > best)) best = values[i];
  return best;
}

/** What 98 % of them do not exceed. */
function usual(values, a, b) {
  const sorted = values.slice(a, b).filter(v => v !== null).sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length * 0.98)] ?? 0;
}

/** 1, 2 or 5 times a power of ten, not below v. */
function nice(v) {
  const power = 10 ** Math.floor(Math.log10(v));
  return [1, 2, 5, 10].map(m => m * power).find(s => s >= v);
}
