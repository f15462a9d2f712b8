// Where items and lines go. Items of a column never overlap and keep their order; lines run through the gaps.

const BOX = { width: 232, height: 50, gap: 14 };
const BETWEEN = 96; // between two columns
const ROUNDS = 12;

/** Give each item `x` and `y` of its upper left corner: near its neighbours, and apart from the others of its column. */
function placeItems(columns, links) {
  const step = BOX.height + BOX.gap;
  const beside = new Map(columns.flat().map((item) => [item, { left: [], right: [] }]));
  for (const link of links) {
    if (link.source.column >= link.target.column) continue;
    beside.get(link.source).right.push(link.target);
    beside.get(link.target).left.push(link.source);
  }
  columns.forEach((column, number) => {
    column.forEach((item, row) => {
      item.x = number * (BOX.width + BETWEEN);
      item.y = (row - (column.length - 1) / 2) * step;
    });
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    const sides = round >= ROUNDS - 4 ? ["left", "right"] : [round % 2 ? "right" : "left"];
    for (const column of round % 2 ? [...columns].reverse() : columns) {
      const wished = column.map((item) => {
        const near = sides.flatMap((side) => beside.get(item)[side]);
        if (near.length === 0) return { at: item.y, weight: 0.1 };
        return { at: near.reduce((sum, one) => sum + one.y, 0) / near.length, weight: near.length };
      });
      apart(wished, step).forEach((y, row) => {
        column[row].y = y;
      });
    }
  }
  const top = Math.min(...columns.flat().map((item) => item.y));
  for (const item of columns.flat()) item.y = Math.round(item.y - top);
}

/**
 * The places nearest to those wished that keep the order and at least `step` between neighbours: least squares by
 * pooling adjacent violators (Ayer et al., 1955).
 */
function apart(wished, step) {
  const pools = [];
  wished.forEach(({ at, weight: weightOf }, row) => {
    let pool = { sum: (at - row * step) * weightOf, weight: weightOf, rows: 1 };
    while (pools.length && pools.at(-1).sum / pools.at(-1).weight > pool.sum / pool.weight) {
      const before = pools.pop();
      pool = { sum: before.sum + pool.sum, weight: before.weight + pool.weight, rows: before.rows + pool.rows };
    }
    pools.push(pool);
  });
  let row = 0;
  return pools.flatMap((pool) => Array.from({ length: pool.rows }, () => pool.sum / pool.weight + row++ * step));
}

/** The path of a line: straight through the gaps of the columns between, in a loop if it points back. */
function route(link, columns) {
  const start = [link.source.x + BOX.width, link.source.y + BOX.height / 2];
  const end = [link.target.x - 5, link.target.y + BOX.height / 2];
  if (end[0] < start[0]) {
    const low = Math.max(start[1], end[1]) + BOX.height * 1.4;
    const middle = (start[0] + end[0]) / 2;
    return (
      `M${start}C${start[0] + 90},${start[1]} ${start[0] + 60},${low} ${middle},${low}` +
      `S${end[0] - 90},${end[1]} ${end}`
    );
  }
  let path = `M${start}`;
  let [x, y] = start;
  const toward = (nextX, nextY) => {
    const bend = (nextX - x) / 2;
    path += `C${x + bend},${y} ${nextX - bend},${nextY} ${nextX},${nextY}`;
    [x, y] = [nextX, nextY];
  };
  for (const column of columns) {
    const left = column[0].x;
    if (left <= link.source.x || left >= link.target.x) continue;
    const ideal = y + ((end[1] - y) * (left + BOX.width / 2 - x)) / (end[0] - x);
    const gap = gapNear(column, ideal);
    toward(left - 4, gap);
    path += `H${left + BOX.width + 4}`;
    x = left + BOX.width + 4;
  }
  toward(...end);
  return path;
}

/** The height nearest to the one wished at which no box of the column is. */
function gapNear(column, wished) {
  const half = BOX.gap / 2;
  let best = null;
  const consider = (low, high) => {
    const at = Math.min(Math.max(wished, low), high);
    if (best === null || Math.abs(at - wished) < Math.abs(best - wished)) best = at;
  };
  column.forEach((item, row) => {
    const below = row + 1 < column.length ? column[row + 1].y - half : Infinity;
    if (row === 0) consider(-Infinity, item.y - half);
    consider(item.y + BOX.height + half, below);
  });
  return best;
}

/** Where the words on a line go: in front of its end, where few lines share a height. */
function labelPlace(link) {
  const forward = link.target.x > link.source.x;
  const x = forward ? link.target.x - BETWEEN / 2 : link.target.x - 30;
  const onlyGap = Math.abs(link.target.x - link.source.x - BOX.width - BETWEEN) < 1;
  const from = link.source.y + BOX.height / 2;
  const to = link.target.y + BOX.height / 2;
  return onlyGap ? [x, (from + to) / 2] : [link.target.x - 44, to - 9];
}
