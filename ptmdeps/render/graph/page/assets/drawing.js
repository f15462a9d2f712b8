// The drawing itself: items as boxes, links as lines, and what the selection makes of them.

const HEADING = 34; // room above the columns for what is in them
const CROWDED = 120; // more lines than that step back until one is chosen
const LABELLED = 48; // with more lines than that, only those of the selection say what they are

const STATE = {
  hiddenKinds: new Set(),
  hiddenRelations: new Set(),
  fold: true,
  around: false,
  opened: new Set(),
  kept: new Set(),
  query: "",
  selection: null, // { key, nodes, about }
};
const DRAWING = { columns: [], links: [], owner: new Map(), boxes: new Map(), lines: new Map(), current: null };

const passes = (node) => !STATE.hiddenKinds.has(node.kind);
const passesEdge = (edge) => !STATE.hiddenRelations.has(edge.relation) && passes(edge.source) && passes(edge.target);

function visibleNodes() {
  const nodes = NODES.filter(passes);
  if (!STATE.around || !STATE.selection) return nodes;
  const connected = new Set(STATE.selection.nodes);
  for (const step of [inwards, outwards]) for (const node of reached(STATE.selection.nodes, step).keys()) connected.add(node);
  return nodes.filter((node) => connected.has(node));
}

/** Draw everything anew. */
function redraw() {
  const focused = DRAWING.boxes.get(DRAWING.current)?.contains(document.activeElement);
  const nodes = visibleNodes();
  DRAWING.columns = foldedItems(nodes, STATE);
  DRAWING.links = itemLinks(DRAWING.columns, EDGES.filter(passesEdge));
  const items = DRAWING.columns.flat();
  DRAWING.owner = new Map(items.flatMap((item) => item.nodes.map((node) => [node, item])));
  if (items.length) placeItems(DRAWING.columns, DRAWING.links);
  VIEW.width = Math.max(0, ...items.map((item) => item.x + BOX.width));
  VIEW.height = items.reduce((most, item) => Math.max(most, item.y + BOX.height), 0);
  document.getElementById("empty").hidden = items.length > 0;
  document.getElementById("columns").replaceChildren(...DRAWING.columns.map(heading));
  DRAWING.boxes = new Map(items.map((item) => [item.key, box(item)]));
  document.getElementById("boxes").replaceChildren(...DRAWING.boxes.values());
  DRAWING.lines = new Map(DRAWING.links.map((link) => [link, line(link)]));
  document.getElementById("lines").replaceChildren(...DRAWING.lines.values());
  if (!DRAWING.boxes.has(DRAWING.current)) DRAWING.current = (DRAWING.owner.get(STARTS[0]) ?? items[0])?.key ?? null;
  DRAWING.boxes.get(DRAWING.current)?.setAttribute("tabindex", "0");
  if (focused) DRAWING.boxes.get(DRAWING.current)?.focus({ preventScroll: true });
  highlight();
}

function heading(column) {
  const kinds = grouped(column, (item) => item.kind);
  const words = [...kinds].map(([kind, items]) => {
    const number = items.reduce((sum, item) => sum + item.nodes.length, 0);
    const { one, many } = kindOf({ kind });
    return kind === "project" ? "project" : counted(number, one, many);
  });
  const top = Math.min(...column.map((item) => item.y));
  return drawn("text", { class: "heading", x: column[0].x + 2, y: Math.min(top, 0) - 14 }, shortened(words.join(" · "), 46));
}

/** What an item is called in lists: of one node its label, of several their number. */
function itemName(item) {
  if (item.nodes.length === 1) return item.nodes[0].label;
  const { one, many } = kindOf(item);
  const number = counted(item.nodes.length, one, many);
  if (item.about === "more") return `${item.nodes.length.toLocaleString("en")} more ${many}`;
  return item.about.startsWith("in ") ? item.about.slice(3) : number;
}

/** The same in a box, where the sign says of what kind they are. */
function shortName(item) {
  const number = item.nodes.length.toLocaleString("en");
  const { short = kindOf(item).many } = kindOf(item);
  if (item.about === "more") return `${number} more ${short}`;
  return item.about.startsWith("in ") ? item.about.slice(item.about.lastIndexOf("/") + 1).replace(/^in /, "") : `${number} ${short}`;
}

function itemSubtitle(item) {
  if (item.nodes.length === 1) return lines(item.nodes[0])[1];
  if (item.about === "more") return "Enter opens the list";
  if (item.about === "alike") return "all connected to the same";
  return counted(item.nodes.length, kindOf(item).one, kindOf(item).many);
}

function itemLabel(item) {
  const ends = `${counted(linksOf(item, "target").length, "line")} in, ${counted(linksOf(item, "source").length, "line")} out`;
  const [node] = item.nodes;
  const said = item.nodes.length === 1 ? [kindOf(item).one, ...about(node), ...remarks(node)] : [itemSubtitle(item)];
  return [itemName(item), ...new Set(said), ends]
    .filter(Boolean)
    .map(shown)
    .join(", ");
}

function linksOf(item, end) {
  return DRAWING.links.filter((link) => link[end] === item);
}

/** The one sign at the right of a box: what a person should see first. */
function badge(item) {
  const of = (test) => item.nodes.some(test);
  if (of((node) => node.claims.length > 0)) return { sign: "≠", mood: "bad" };
  if (of((node) => node.outcome === "conflict")) return { sign: OUTCOMES.conflict.sign, mood: "bad" };
  if (of((node) => node.outcome === "warn")) return { sign: OUTCOMES.warn.sign, mood: "warn" };
  if (of((node) => node.cyclic)) return { sign: "↻", mood: "warn" };
  if (of((node) => node.outcome === "unknown")) return { sign: OUTCOMES.unknown.sign, mood: "plain" };
  if (of((node) => node.outcome === "obligation")) return { sign: OUTCOMES.obligation.sign, mood: "plain" };
  return null;
}

function box(item) {
  const many = item.nodes.length > 1;
  const mark = badge(item);
  const [node] = item.nodes;
  const loose = !many && !node.locked && (node.kind === "model" || node.kind === "code");
  const room = BOX.width - 36 - (mark ? 32 : 8);
  const size = { width: BOX.width, height: BOX.height, rx: 8 };
  const parts = [
    drawn("title", {}, itemLabel(item)),
    many && drawn("rect", { ...size, class: "behind", x: 5, y: 5 }),
    drawn("rect", { ...size, class: "ring", x: -4, y: -4, width: BOX.width + 8, height: BOX.height + 8, rx: 11 }),
    drawn("rect", { ...size, class: "face" }),
    drawn("path", { class: "sign", d: kindOf(item).sign, transform: "translate(9 15)" }),
    drawn("g", { "clip-path": "url(#inside)" }, [
      drawn("text", { class: "name", x: 36, y: 21.5 }, fitted(many ? shortName(item) : lines(node)[0], room, "600 14px")),
      drawn("text", { class: "sub", x: 36, y: 39 }, fitted(itemSubtitle(item), room, "12.5px")),
    ]),
    mark &&
      drawn("g", { class: `badge ${mark.mood}`, transform: `translate(${BOX.width - 17} ${BOX.height / 2})` }, [
        drawn("circle", { r: 10 }),
        drawn("text", { y: 4.5 }, mark.sign),
      ]),
  ].filter(Boolean);
  const made = drawn(
    "g",
    {
      class: `box kind-${item.kind}${many ? " many" : ""}${loose ? " loose" : ""}`,
      role: "button",
      tabindex: "-1",
      transform: `translate(${item.x} ${item.y})`,
    },
    parts,
  );
  made.addEventListener("click", () => chooseItem(item));
  made.addEventListener("focus", () => arrive(item));
  return made;
}

function line(link) {
  const relations = [...new Set(link.edges.map((edge) => edge.relation))].sort();
  const words = relations.slice(0, 2).join(", ") + (relations.length > 2 ? " …" : "");
  const inferred = link.edges.every((edge) => edge.confidence === "inferred");
  const [x, y] = labelPlace(link);
  const head = `M${link.target.x - 1},${link.target.y + BOX.height / 2}l-9,-4.5v9z`;
  const width = (link.kind === "runtime" ? 2 : 1.5) + Math.min(2.5, Math.log2(link.edges.length) / 2);
  return drawn("g", { class: `line kind-${link.kind}${inferred ? " inferred" : ""}` }, [
    drawn("path", { class: "way", d: route(link, DRAWING.columns), "stroke-width": width.toFixed(2) }),
    drawn("path", { class: "head", d: head }),
    drawn("text", { x, y: y + 3.5 }, shortened(inferred ? `${words} ?` : words, 20)),
  ]);
}

/** Mark the selection, the ways to it and what it leads to; the rest steps back. */
function highlight() {
  const nodes = STATE.selection?.nodes ?? [];
  const before = reached(nodes, inwards);
  const after = reached(nodes, outwards);
  const chosen = new Set(nodes);
  canvas.classList.toggle("chosen", nodes.length > 0);
  canvas.classList.toggle("crowded", DRAWING.links.length > CROWDED);
  canvas.classList.toggle("labelled", DRAWING.links.length <= LABELLED);
  for (const item of DRAWING.columns.flat()) {
    const { classList } = DRAWING.boxes.get(item.key);
    const picked = item.nodes.some((node) => chosen.has(node));
    classList.toggle("picked", picked);
    classList.toggle("before", !picked && item.nodes.some((node) => before.has(node)));
    classList.toggle("after", !picked && item.nodes.some((node) => after.has(node)));
    DRAWING.boxes.get(item.key).setAttribute("aria-pressed", String(picked));
  }
  for (const [link, { classList }] of DRAWING.lines) {
    const within = (nodesOf) => link.edges.some((edge) => nodesOf.has(edge.source) && nodesOf.has(edge.target));
    classList.toggle("before", nodes.length > 0 && within(before));
    classList.toggle("after", nodes.length > 0 && within(after));
    classList.toggle("near", link.edges.some((edge) => chosen.has(edge.source) || chosen.has(edge.target)));
  }
}
