// The stretch of time that several pictures show together, and the moment that they point at. Times in unix milliseconds.

const Least = 8;

export class Stretch extends EventTarget {
  first = 0;
  end = 1;
  step = 15_000;
  held = null;
  at = null;
  #last = '';

  /** What there is to be seen. */
  range(first, end, step) {
    [this.first, this.end, this.step] = [first, Math.max(end, first + Least * step), step];
    this.#moved();
  }

  /** [from, until) that is shown. */
  get window() {
    const held = this.held;
    if (held?.from !== undefined) return [held.from, held.until];
    return held ? [this.end - held.length, this.end] : [this.first, this.end];
  }

  /** {length} of the latest, which goes on with time; {from, until}, which stays; or null for all. */
  hold(held) {
    this.held = held;
    this.dispatchEvent(new Event('held'));
    this.#moved();
  }

  /** @param share of what is shown; below 0: back in time */
  pan(share) {
    const [from, until] = this.window;
    this.shift(from + share * (until - from));
  }

  /** Shows the same length from another moment on, within what there is. */
  shift(from) {
    const [a, b] = this.window;
    const start = Math.min(this.end - (b - a), Math.max(this.first, from));
    this.hold(start + (b - a) >= this.end && this.held?.length ? this.held : { from: start, until: start + (b - a) });
  }

  zoom(at, factor) {
    const [from, until] = this.window;
    const length = Math.max(Least * this.step, (until - from) * factor);
    if (length >= this.end - this.first) return this.hold(null);
    const start = Math.min(this.end - length, Math.max(this.first, at - (at - from) * (length / (until - from))));
    this.hold({ from: start, until: start + length });
  }

  point(ms) {
    this.at = ms === null ? null : Math.min(this.end - this.step, Math.max(this.first, ms));
    this.dispatchEvent(new Event('point'));
  }

  /** What a key means for time; true where it means something. */
  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return false;
    const at = this.at ?? this.end - this.step;
    const [from, until] = this.window;
    const many = e.shiftKey ? 10 : 1;
    if (e.key === 'ArrowLeft') this.#go(at - this.step * many);
    else if (e.key === 'ArrowRight') this.#go(at + this.step * many);
    else if (e.key === 'Home') this.#go(from);
    else if (e.key === 'End') this.#go(until - this.step);
    else if (e.key === 'PageUp') this.pan(-0.5);
    else if (e.key === 'PageDown') this.pan(0.5);
    else if (e.key === '0') this.hold(null);
    else if (e.key === '+' || e.key === '=') this.zoom(at, 0.5);
    else if (e.key === '-') this.zoom(at, 2);
    else return false;
    return true;
  }

  /** Ctrl and wheel zoom, Shift and wheel (or a sideways one) pan: a wheel alone scrolls the page. */
  wheel(e, at) {
    const across = e.shiftKey ? e.deltaY || e.deltaX : e.deltaX;
    if (e.ctrlKey) this.zoom(at, e.deltaY > 0 ? 1.25 : 0.8);
    else if (Math.abs(across) > Math.abs(e.shiftKey ? 0 : e.deltaY)) this.pan(Math.sign(across) * Math.min(0.5, Math.abs(across) / 800));
    else return;
    e.preventDefault();
  }

  /** The cursor takes the window with it. */
  #go(ms) {
    const [from, until] = this.window;
    const at = Math.min(this.end - this.step, Math.max(this.first, ms));
    if (at < from) this.shift(at);
    else if (at >= until) this.shift(at + this.step - (until - from));
    this.point(at);
  }

  #moved() {
    const said = this.window.join();
    if (said === this.#last) return;
    this.#last = said;
    this.dispatchEvent(new Event('view'));
  }
}

/** Round moments between, so far apart that their words have room: [{at, seconds}]. */
export function moments(from, until, width, room = 76) {
  const most = Math.max(2, Math.floor(width / room));
  const step = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200].map(s => s * 1000).find(s => (until - from) / s <= most) ?? 86_400_000;
  const marks = [];
  for (let at = Math.ceil(from / step) * step; at <= until; at += step) marks.push({ at, seconds: step < 60_000 });
  return marks;
}

/** 1, 2 or 5 times a power of ten, not below v. */
export function nice(v) {
  const power = 10 ** Math.floor(Math.log10(v));
  return [1, 2, 5, 10].map(m => m * power).find(s => s >= v * 0.999999) ?? 10 * power;
}

/** Its width, told when it changes: to ask for it while drawing would make the browser lay everything out first. */
export function watchWidth(element, told) {
  new ResizeObserver(([seen]) => told(seen.contentRect.width)).observe(element);
}

/** One call a picture, however often it is asked for. */
export function once(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; draw(); });
  };
}
