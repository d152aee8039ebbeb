import { States } from './cluster.js';
import { plain } from './dom.js';

const Colours = ['normal', 'anomalous', 'stale', 'down', 'unknown', 'quiet', 'sheet'];
const Unpainted = 255;
// Beyond any place: makes one number of two.
const Far = 1 << 16;
const Dimmed = 0.14;
const Font = '12px system-ui, sans-serif';

/** The canvas with a cell for each node: paints cells whose look is another than what is painted, and nothing else. */
export class Cells {
  #canvas;
  #pen;
  #laid = { cells: [], labels: [], cell: 10, gap: 2, height: 0 };
  #index = new Map();
  // What is painted in each cell: state, mark and brightness in one number.
  #painted = new Uint8Array(0);
  #colour = null;
  #width = 0;
  #ratio = 1;
  #blank = true;

  constructor(canvas) { [this.#canvas, this.#pen] = [canvas, canvas.getContext('2d')]; }

  get laid() { return this.#laid; }

  place(node) { return this.#laid.cells[this.#index.get(node)] ?? null; }

  rank(node) { return this.#index.get(node); }

  measure(text) {
    this.#pen.font = Font;
    return Math.ceil(this.#pen.measureText(plain(text)).width);
  }

  /** New places. What is painted at a place stays there until it is to look otherwise: most new orders of the nodes change little of the picture. */
  lay(laid, width) {
    const before = this.#laid;
    const ratio = devicePixelRatio || 1;
    const same = laid.cell === before.cell && width === this.#width && ratio === this.#ratio && !this.#blank;
    const painted = new Uint8Array(laid.cells.length).fill(Unpainted);
    const left = same ? new Map(before.cells.map((c, i) => [c.x * Far + c.y, i])) : null;
    if (same) laid.cells.forEach((c, i) => {
      const was = left.get(c.x * Far + c.y);
      if (was === undefined) return;
      painted[i] = this.#painted[was];
      left.delete(c.x * Far + c.y);
    });
    this.#index = new Map(laid.cells.map((c, i) => [c.name, i]));
    [this.#laid, this.#painted, this.#width, this.#ratio] = [laid, painted, width, ratio];
    // A new size empties the canvas.
    const [wide, high] = [Math.round(width * ratio), Math.round(laid.height * ratio)];
    if (!same || this.#canvas.height !== high || this.#canvas.width !== wide) {
      [this.#canvas.width, this.#canvas.height, this.#canvas.style.height] = [wide, high, `${laid.height}px`];
      this.forget();
    } else this.#erase(before, [...left.values()]);
  }

  #erase(before, gone) {
    const pen = this.#pen;
    pen.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    for (const i of gone) pen.clearRect(before.cells[i].x, before.cells[i].y, before.cell, before.cell);
    if (before.labels.length === this.#laid.labels.length && before.labels.every((l, i) => l.text === this.#laid.labels[i].text && l.x === this.#laid.labels[i].x && l.y === this.#laid.labels[i].y)) return;
    for (const l of before.labels) pen.clearRect(l.x, l.y - 12, this.measure(l.text) + 1, 16);
    this.#words();
  }

  /** Everything is painted again next time: the colours are others. */
  forget() {
    this.#blank = true;
    this.#colour = null;
  }

  /** @param names whose look may be another; null: anyone's. @param nodes name -> node; @param wanted which are bright */
  paint(names, nodes, wanted) {
    this.#pen.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    if (this.#blank) this.#begin();
    const fresh = this.#blank;
    this.#blank = false;
    if (names === null || fresh) this.#laid.cells.forEach((c, i) => this.#cell(c, i, nodes.get(c.name), wanted, fresh));
    else for (const name of names) {
      const i = this.#index.get(name);
      if (i !== undefined) this.#cell(this.#laid.cells[i], i, nodes.get(name), wanted, false);
    }
  }

  #begin() {
    const pen = this.#pen;
    if (!this.#colour) {
      const style = getComputedStyle(document.documentElement);
      this.#colour = Object.fromEntries(Colours.map(c => [c, style.getPropertyValue(`--${c}`).trim()]));
    }
    pen.clearRect(0, 0, this.#width, this.#laid.height);
    this.#words();
    this.#painted.fill(Unpainted);
  }

  #words() {
    this.#pen.font = Font;
    this.#pen.fillStyle = this.#colour.quiet;
    for (const l of this.#laid.labels) this.#pen.fillText(plain(l.text), l.x, l.y, this.#width - l.x);
  }

  #cell({ x, y }, i, node, wanted, fresh) {
    if (!node) return;
    const bright = wanted(node);
    const look = States.indexOf(node.condition) * 4 + (node.muted ? 2 : 0) + (bright ? 1 : 0);
    if (look === this.#painted[i]) return;
    this.#painted[i] = look;
    const [pen, size] = [this.#pen, this.#laid.cell];
    // What is painted stays within its cell, so a neighbour is never touched.
    if (!fresh) pen.clearRect(x, y, size, size);
    pen.globalAlpha = bright ? 1 : Dimmed;
    pen.fillStyle = this.#colour[node.condition];
    // Shape says it as well as colour: hollow is silent, round is anomalous, crossed is down, small is in maintenance.
    const inset = node.muted ? Math.max(1, Math.round(size * 0.24)) : 0;
    const [left, top, side] = [x + inset, y + inset, size - 2 * inset];
    if (node.condition === 'stale') this.#hollow(left, top, side);
    else if (node.condition === 'anomalous') this.#round(left, top, side);
    else if (size >= 12) this.#soft(left, top, side);
    else pen.fillRect(left, top, side, side);
    if (node.condition === 'down') this.#cross(left, top, side);
    pen.globalAlpha = 1;
  }

  #hollow(x, y, side) {
    const w = Math.max(1, Math.round(side / 6));
    this.#pen.fillRect(x, y, side, w);
    this.#pen.fillRect(x, y + side - w, side, w);
    this.#pen.fillRect(x, y + w, w, side - 2 * w);
    this.#pen.fillRect(x + side - w, y + w, w, side - 2 * w);
  }

  #round(x, y, side) {
    this.#pen.beginPath();
    this.#pen.arc(x + side / 2, y + side / 2, side / 2, 0, 2 * Math.PI);
    this.#pen.fill();
  }

  #soft(x, y, side) {
    this.#pen.beginPath();
    this.#pen.roundRect(x, y, side, side, 2);
    this.#pen.fill();
  }

  #cross(x, y, side) {
    const pen = this.#pen;
    pen.strokeStyle = this.#colour.sheet;
    pen.lineWidth = Math.max(1, side / 8);
    pen.beginPath();
    const m = side * 0.25;
    pen.moveTo(x + m, y + m);
    pen.lineTo(x + side - m, y + side - m);
    pen.moveTo(x + side - m, y + m);
    pen.lineTo(x + m, y + side - m);
    pen.stroke();
  }
}
