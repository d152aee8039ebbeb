import { el, plain, svg } from './dom.js';
import { moments, nice, once, watchWidth } from './stretch.js';
import { clock, minute, score } from './words.js';

export const Left = 56;
export const Right = 10;
const Top = 20;
const Plot = 170;
const Lane = 20;
const Height = Top + Plot + Lane + 26;
// So many thresholds high is the picture where only a few scores are higher: one wild one must not flatten the rest.
const Tallest = 6;

/** Score and threshold over time, segments of jobs as bands, alerts and labels as bars. What is shown, and the cursor, are the stretch's. */
export class Chart {
  element = el('div', { class: 'chart' });
  /** Not null: told of what is dragged over, which then is no zoom. */
  choose = null;
  #picture = svg('svg', { tabindex: 0, role: 'application', 'aria-roledescription': 'chart', 'aria-label': 'Score and threshold over time: arrow keys read it, plus and minus zoom, page up and page down go back and forth', height: Height });
  #read = el('p', { class: 'read', 'aria-live': 'polite' });
  #cursor = svg('line', { class: 'cursor', y1: Top, y2: Top + Plot + Lane });
  #brush = svg('rect', { class: 'brush', y: Top, height: Plot });
  #stretch;
  #data = null;
  #from = 0;
  #until = 1;
  #drag = null;
  #width = 0;

  constructor(stretch) {
    this.#stretch = stretch;
    const draw = once(() => this.#draw());
    this.element.append(this.#picture, this.#read);
    watchWidth(this.element, width => { this.#width = width; draw(); });
    stretch.addEventListener('view', draw);
    stretch.addEventListener('point', () => this.#point());
    this.#picture.addEventListener('keydown', e => { if (this.#data && stretch.key(e)) e.preventDefault(); });
    this.#picture.addEventListener('wheel', e => this.#data && stretch.wheel(e, this.#time(e)), { passive: false });
    this.#picture.addEventListener('pointermove', e => this.#move(e));
    this.#picture.addEventListener('pointerdown', e => this.#grab(e));
    this.#picture.addEventListener('pointerup', e => this.#drop(e));
    this.#picture.addEventListener('dblclick', () => stretch.hold(null));
    this.#picture.addEventListener('pointerleave', () => { if (!this.#drag) stretch.point(null); });
  }

  /** @param data {first, step, scores, thresholds, segments, alerts, labels}; times in unix milliseconds */
  show(data) {
    this.#data = data;
    this.#stretch.range(data.first, data.first + data.step * data.scores.length, data.step);
    this.#draw();
  }

  get window() { return this.#stretch.window; }

  #x(ms) { return Left + ((ms - this.#from) / (this.#until - this.#from)) * (this.#width - Left - Right); }

  #time(e) {
    const x = e.clientX - this.#picture.getBoundingClientRect().left;
    return this.#from + Math.min(1, Math.max(0, (x - Left) / (this.#width - Left - Right))) * (this.#until - this.#from);
  }

  #draw() {
    if (!this.#data || !this.#width) return;
    [this.#from, this.#until] = this.#stretch.window;
    const { first, step, scores, thresholds } = this.#data;
    const a = Math.max(0, Math.floor((this.#from - first) / step));
    const b = Math.max(a, Math.min(scores.length, Math.ceil((this.#until - first) / step) + 1));
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
      svg('g', { 'clip-path': 'url(#plot)' }, ...this.#bands(), ...this.#labels(), ...this.#alerts(), ...this.#curves(a, b, y), this.#brush, this.#cursor),
      highest > top ? svg('text', { x: this.#width - Right, y: Top - 9, class: 'cut', 'text-anchor': 'end' }, `cut off at ${score(top)}, highest ${score(highest)}`) : '');
    if (!this.#drag) this.#brush.setAttribute('width', 0);
    this.#point();
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
    const marks = moments(this.#from, this.#until, this.#width - Left - Right).flatMap(({ at, seconds }) => {
      const x = this.#x(at);
      return [
        svg('line', { class: 'rule', x1: x, x2: x, y1: Top + Plot + Lane, y2: Top + Plot + Lane + 4 }),
        x > Left + 10 && x < this.#width - Right - 18 ? svg('text', { x, y: Height - 8, 'text-anchor': 'middle' }, seconds ? clock(at) : minute(at)) : '',
      ];
    });
    return [...marks, svg('text', { x: Left - 6, y: Height - 8, 'text-anchor': 'end' }, 'UTC')];
  }

  #bands() {
    return this.#data.segments.filter(s => this.#touches(s.start, s.end)).flatMap(s => {
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
    return this.#data.alerts.filter(a => this.#touches(a.from, a.until)).map(a => {
      const [x, right] = [this.#x(a.from), this.#x(a.until ?? this.#until)];
      return svg('rect', { class: `told ${a.severity}`, x, y: Top - 5, width: Math.max(3, right - x), height: 5, rx: 2 }, svg('title', {}, plain(a.summary)));
    });
  }

  #labels() {
    return (this.#data.labels ?? []).filter(l => this.#touches(l.from, l.until)).flatMap(l => {
      const [x, right] = [this.#x(l.from), this.#x(l.until)];
      return [
        svg('rect', { class: `label ${l.kind}`, x, y: Top, width: Math.max(2, right - x), height: Plot }, svg('title', {}, plain(l.words))),
        right - x > 40 ? svg('text', { class: 'tag', x: Math.max(x, Left) + 4, y: Top + 12 }, plain(l.words.slice(0, Math.floor((right - x) / 6.6)))) : '',
      ];
    });
  }

  #touches(from, until) { return from < this.#until && (until ?? Infinity) > this.#from; }

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

  #point() {
    const ms = this.#stretch.at;
    this.#cursor.toggleAttribute('hidden', ms === null);
    if (!this.#data) return;
    if (ms === null) {
      this.#read.textContent = this.choose ? 'Drag over what you want to mark.' : this.#stretch.held?.from !== undefined ? 'Double click or 0 shows all again; Shift and drag pan.' : 'Drag to zoom; arrow keys read values.';
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

  #grab(e) {
    if (!this.#data || e.button !== 0) return;
    this.#drag = { at: this.#time(e), x: e.clientX, from: this.#from, pan: e.shiftKey };
    this.#picture.setPointerCapture(e.pointerId);
  }

  #move(e) {
    if (!this.#data) return;
    if (this.#drag?.pan) {
      this.#stretch.shift(this.#drag.from - (e.clientX - this.#drag.x) * (this.#until - this.#from) / (this.#width - Left - Right));
      return;
    }
    const t = this.#time(e);
    this.#stretch.point(t);
    if (!this.#drag) return;
    const [x, right] = [this.#x(Math.min(t, this.#drag.at)), this.#x(Math.max(t, this.#drag.at))];
    this.#brush.setAttribute('x', x);
    this.#brush.setAttribute('width', right - x);
  }

  #drop(e) {
    const drag = this.#drag;
    this.#drag = null;
    this.#brush.setAttribute('width', 0);
    if (!drag || drag.pan) return;
    const [from, until] = [drag.at, this.#time(e)].sort((a, b) => a - b);
    if (until - from <= 3 * this.#data.step) return;
    if (this.choose) this.choose(from, until);
    else this.#stretch.hold({ from, until });
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
