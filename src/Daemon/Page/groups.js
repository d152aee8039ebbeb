// Which nodes stand together, and where. Pure: words and numbers in, words and numbers out.

const Chunk = 100;
const Large = 256;

const padded = name => name.replace(/\d+/g, d => d.padStart(12, '0'));

/** Names as people order them: cn2 before cn10. */
export function ordered(names) {
  return names.map(n => [padded(n), n]).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)).map(p => p[1]);
}

/** A name's part before its last (or an earlier) number: r01c02n03 -> r01c02n, r01c, r. */
function stem(name, level) {
  let s = name;
  for (let i = 0; i < level; i++) s = s.replace(/\d+\D*$/, '');
  return s;
}

/** Racks and chassis by their names, which are in order: the finest part that puts 12 together on average; what is larger than 128 is cut by hundreds. */
export function byName(all) {
  let groups = null;
  for (let level = 1; level <= 4; level++) {
    groups = gather(all, n => stem(n, level));
    if (all.length / groups.size >= 12 || groups.size === 1) break;
  }
  return [...groups].flatMap(([label, members]) => (members.length > 128 ? cut(members) : [{ label: range(members), names: members }]));
}

function cut(members) {
  const number = n => Number(/(\d+)\D*$/.exec(n)?.[1] ?? 0);
  // Where the first is number 1, so is the first of each hundred.
  const first = number(members[0]) % Chunk === 1 ? 1 : 0;
  return [...gather(members, n => stem(n, 1) + Math.floor((number(n) - first) / Chunk)).values()].map(p => ({ label: range(p), names: p }));
}

/** cn0100 ... cn0199 as "cn0100\u20130199". */
function range(members) {
  const [first, last] = [members[0], members[members.length - 1]];
  if (members.length === 1) return first;
  let same = 0;
  while (same < first.length && first[same] === last[same]) same++;
  while (same > 0 && /\d/.test(first[same - 1])) same--;
  return `${first}\u2013${last.slice(same)}`;
}

export function gather(items, key) {
  const groups = new Map();
  for (const item of items) {
    const k = key(item);
    if (groups.has(k)) groups.get(k).push(item);
    else groups.set(k, [item]);
  }
  return groups;
}

const Head = 18;
const Apart = 18;
// Room for the ring around a cell at the edge.
const Edge = 3;

/** Places for groups in rows of the given width; widths of labels by `measure`. The largest cell with which all is within the height. */
export function place(groups, width, height, measure, sizes = [28, 24, 20, 17, 14, 12, 10, 8, 7, 6]) {
  const room = groups.map(g => Math.min(width, measure(g.label)));
  let laid = null;
  for (const cell of sizes) {
    laid = flow(groups, width, cell, room);
    if (laid.height <= height) break;
  }
  const cells = [];
  for (const [i, b] of laid.blocks.entries()) {
    groups[i].names.forEach((name, n) => cells.push({ name, x: b.x + (n % b.wide) * (laid.cell + laid.gap), y: b.y + Math.floor(n / b.wide) * (laid.cell + laid.gap) }));
  }
  return { ...laid, cells };
}

function flow(groups, width, cell, room) {
  const gap = cell >= 14 ? 3 : cell >= 8 ? 2 : 1;
  const pitch = cell + gap;
  const labels = [];
  const blocks = [];
  let [x, y, tallest, first] = [0, 0, 0, 0];
  for (const [i, group] of groups.entries()) {
    const n = group.names.length;
    const columns = Math.max(1, Math.min(n, n > 60 ? 10 : Math.ceil(Math.sqrt(n * 2)), Math.floor((width - 2 * Edge) / pitch)));
    // Few groups, or a large one: long rows use the width better than narrow blocks.
    const wide = groups.length <= 3 || n > Large ? Math.max(columns, Math.min(n, Math.floor((width - 2 * Edge) / pitch))) : columns;
    const taken = Math.max(wide * pitch - gap + 2 * Edge, room[i]);
    const tall = Head + Math.ceil(n / wide) * pitch + Apart;
    if (x > 0 && x + taken > width) [x, y, tallest] = [0, y + tallest, 0];
    labels.push({ text: group.label, x: x + Edge, y: y + 12 });
    blocks.push({ x: x + Edge, y: y + Head, wide, first, count: n });
    [x, tallest, first] = [x + taken + Apart, Math.max(tallest, tall), first + n];
  }
  return { cell, gap, labels, blocks, height: y + tallest };
}

/** The cell at a point, gap and all; undefined where there is none. */
export function hit({ cell, gap, cells, blocks }, x, y) {
  for (const b of blocks) {
    const [column, row] = [Math.floor((x - b.x) / (cell + gap)), Math.floor((y - b.y) / (cell + gap))];
    const i = row * b.wide + column;
    if (column >= 0 && column < b.wide && row >= 0 && i < b.count) return cells[b.first + i];
  }
  return undefined;
}
