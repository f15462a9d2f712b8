// The graph of the document: nodes that know their edges, and the questions that are asked of it. Nothing is drawn here.

const DOCUMENT = JSON.parse(document.getElementById("graph-document").textContent);
const LAYOUT = JSON.parse(document.getElementById("graph-layout").textContent);

const NODES = DOCUMENT.nodes.map((facts, index) => ({
  ...facts,
  index,
  column: LAYOUT[index][0],
  row: LAYOUT[index][1],
  outward: [],
  inward: [],
  claims: [],
  cyclic: false,
  orphan: false,
}));
const BY_ID = new Map(NODES.map((node) => [node.id, node]));
const EDGES = DOCUMENT.edges.map((facts) => {
  const edge = { ...facts, source: BY_ID.get(facts.from), target: BY_ID.get(facts.to) };
  edge.source.outward.push(edge);
  edge.target.inward.push(edge);
  return edge;
});
for (const conflict of DOCUMENT.conflicts) BY_ID.get(conflict.node)?.claims.push(conflict);
for (const id of DOCUMENT.cycles.flat()) if (BY_ID.has(id)) BY_ID.get(id).cyclic = true;
for (const id of DOCUMENT.orphans) if (BY_ID.has(id)) BY_ID.get(id).orphan = true;

const outwards = (node) => node.outward.map((edge) => [edge.target, edge]);
const inwards = (node) => node.inward.map((edge) => [edge.source, edge]);

/** Where ways begin: the project, or what nothing leads to where there is none. */
const STARTS = NODES.some((node) => node.kind === "project")
  ? NODES.filter((node) => node.kind === "project")
  : NODES.filter((node) => node.inward.length === 0);

/** Every node that can be reached, nearest first, with the edge it was reached by (null for those it starts with). */
function reached(starts, step) {
  const found = new Map(starts.map((node) => [node, null]));
  for (const node of found.keys()) {
    for (const [next, edge] of step(node)) if (!found.has(next)) found.set(next, edge);
  }
  return found;
}

/** The shortest ways to a node, one for each place in the code that leads there, as lists of nodes. */
function waysTo(target) {
  const found = reached([target], inwards);
  const starts = new Set(STARTS);
  const onward = (node) => {
    const way = [];
    for (let edge = found.get(node); edge; edge = found.get(edge.target)) way.push(edge.target);
    return way;
  };
  const places = [...found.keys()].filter((node) => node.kind === "place" && node !== target);
  const ways = places.map((place) => {
    const before = place.inward.map((edge) => edge.source).filter((node) => starts.has(node));
    return [...before.slice(0, 1), place, ...onward(place)];
  });
  const throughPlaces = new Set(ways.flatMap((way) => way.slice(0, 1)));
  for (const start of STARTS) {
    if (start !== target && found.has(start) && !throughPlaces.has(start)) ways.push([start, ...onward(start)]);
  }
  return ways;
}

/** The shortest way from where ways begin, the node itself included. */
function shortestWay(target) {
  return waysTo(target).reduce((best, way) => (best && best.length <= way.length ? best : way), null) ?? [target];
}

/** What a search looks through, in small letters. */
function searchable(node) {
  node.text ??= [node.label, node.name, node.kind, node.hub, node.ref, node.revision, node.license, node.outcome]
    .concat(node.roles, node.outward.flatMap((edge) => [edge.relation, ...edge.evidence]))
    .filter(Boolean)
    .join("\n")
    .toLowerCase();
  return node.text;
}

/** Nodes that hold every word of a query, those whose name begins with it first. */
function search(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const rank = (node) => {
    const label = node.label.toLowerCase();
    if (label.startsWith(words[0]) || label.split("/").pop().startsWith(words[0])) return 0;
    return words.every((word) => label.includes(word)) ? 1 : 2;
  };
  return NODES.filter((node) => words.every((word) => searchable(node).includes(word)))
    .map((node) => [rank(node), node])
    .sort(([one, first], [other, second]) => one - other || first.index - second.index)
    .map(([, node]) => node);
}
