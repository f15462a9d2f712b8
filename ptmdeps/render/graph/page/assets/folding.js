// Which nodes are drawn, and which of them together as one box: the items of the drawing.

const FEW = 80; // as many nodes are drawn as they are
const COLUMN = 20; // more boxes than that in a column are folded

/** How much a node should be drawn on its own: what needs a look first, then what much depends on. */
function weight(node) {
  const alarming = node.claims.length || node.outcome === "conflict" || node.cyclic ? 2 : node.outcome === "warn" ? 1 : 0;
  return alarming * 1000 + node.inward.length + node.outward.length;
}

function single(node) {
  return { key: node.id, nodes: [node], column: node.column, row: node.row, kind: node.kind };
}

function folded(key, nodes, about) {
  const row = nodes.reduce((sum, node) => sum + node.row, 0) / nodes.length;
  return { key, nodes, column: nodes[0].column, row, kind: nodes[0].kind, about };
}

function grouped(things, by) {
  const groups = new Map();
  for (const thing of things) {
    const key = by(thing);
    if (groups.has(key)) groups.get(key).push(thing);
    else groups.set(key, [thing]);
  }
  return groups;
}

/** Nodes with the same neighbours for the same reasons look the same in a drawing. */
function surroundings(node) {
  const ends = (edges, end) => edges.map((edge) => `${edge.relation} ${edge[end].index}`).sort().join(",");
  return `${node.column}|${node.kind}|${ends(node.inward, "source")}|${ends(node.outward, "target")}`;
}

/** Put together what `by` finds alike; nodes that must stay, and those of opened items, stay. */
function together(items, state, by, about, fewest) {
  const free = items.filter((item) => item.nodes.length === 1 && !state.kept.has(item.nodes[0]));
  const groups = grouped(free, (item) => by(item.nodes[0]));
  const gone = new Set();
  const made = [];
  for (const [key, members] of groups) {
    const name = `${about(members[0].nodes[0])}\u0000${key}`;
    if (members.length >= fewest && key !== null && !state.opened.has(name)) {
      made.push(folded(name, members.map((item) => item.nodes[0]), about(members[0].nodes[0])));
      for (const item of members) gone.add(item);
    }
  }
  return [...items.filter((item) => !gone.has(item)), ...made];
}

/** A column with too many boxes keeps those that weigh most; of each kind the others become one box. */
function shortenedColumn(items, state) {
  if (items.length <= COLUMN) return items;
  const ranked = [...items].sort((one, other) => weigh(other, state) - weigh(one, state) || one.row - other.row);
  const rest = grouped(ranked.slice(COLUMN - 2), (item) => item.kind);
  const result = ranked.slice(0, COLUMN - 2);
  for (const [kind, members] of rest) {
    const name = `more\u0000${items[0].column}\u0000${kind}`;
    if (members.length === 1 || state.opened.has(name)) result.push(...members);
    else result.push({ ...folded(name, members.flatMap((item) => item.nodes), "more"), row: Infinity });
  }
  return result;
}

function weigh(item, state) {
  return item.nodes.some((node) => state.kept.has(node)) ? Infinity : Math.max(...item.nodes.map(weight));
}

/** The items of the drawing, column by column and each in the order of its rows. */
function foldedItems(nodes, state) {
  let items = nodes.map(single);
  if (state.fold && nodes.length > FEW) {
    items = together(items, state, surroundings, () => "alike", 3);
    const files = (node) => (node.kind === "place" ? `${node.column} ${fileOf(node)}` : null);
    items = together(items, state, files, (node) => `in ${fileOf(node)}`, 2);
    items = [...grouped(items, (item) => item.column).values()].flatMap((column) => shortenedColumn(column, state));
  }
  const columns = [...grouped(items, (item) => item.column).entries()].sort(([one], [other]) => one - other);
  return columns.map(([, column]) => column.sort((one, other) => one.row - other.row || (one.key < other.key ? -1 : 1)));
}

function fileOf(place) {
  return place.name.replace(/:\d+(?::\d+)?$/, "");
}

/** The edges between items, those between the same two as one, with what they stand for. */
function itemLinks(columns, edges) {
  const owner = new Map(columns.flat().flatMap((item) => item.nodes.map((node) => [node, item])));
  const links = new Map();
  for (const edge of edges) {
    const source = owner.get(edge.source);
    const target = owner.get(edge.target);
    if (!source || !target || source === target) continue;
    const key = `${source.key}\u0001${target.key}\u0001${edge.kind}`;
    if (!links.has(key)) links.set(key, { source, target, kind: edge.kind, edges: [] });
    links.get(key).edges.push(edge);
  }
  return [...links.values()];
}
