// What a person can do: choose, search, filter, and the keys.

const query = document.getElementById("query");
const hits = document.getElementById("hits");
const HITS = 30;
const CAME_FROM = new Map(); // where a step along an edge came from, so that the way back is the same

/** Select nodes, fill the panel, and see to it that they are drawn. */
function choose(nodes, { key = nodes[0].id, about = null, focus = true } = {}) {
  STATE.selection = { key, nodes, about };
  const alone = nodes.length === 1 && DRAWING.owner.get(nodes[0])?.nodes.length !== 1;
  if (alone) for (const node of shortestWay(nodes[0])) STATE.kept.add(node);
  if (nodes.length === 1) rememberInAddress(nodes[0]);
  setCurrent(key);
  fillPanel();
  if (alone || STATE.around) redraw();
  else highlight();
  const item = DRAWING.owner.get(nodes[0]);
  if (item) {
    setCurrent(item.key);
    if (document.body.dataset.view === "drawing") reveal(item);
  }
  const before = reached(nodes, inwards).size - nodes.length;
  const after = reached(nodes, outwards).size - nodes.length;
  const name = shown(nodes.length === 1 ? nodes[0].label : counted(nodes.length, "folded node"));
  say(`${name}: ${counted(before, "node")} on the ways to it, ${counted(after, "node")} behind it${item ? "" : ", hidden by the filters"}.`);
  if (focus) document.getElementById("panel-title")?.focus({ preventScroll: true });
}

function chooseItem(item) {
  choose(item.nodes, { key: item.key, about: item.about });
}

function closePanel() {
  if (!STATE.selection) return;
  STATE.selection = null;
  history.replaceState(null, "", location.pathname + location.search);
  fillPanel();
  if (STATE.around) redraw();
  else highlight();
  if (document.body.dataset.view === "drawing") DRAWING.boxes.get(DRAWING.current)?.focus({ preventScroll: true });
  else document.getElementById("tables").focus({ preventScroll: true });
  say("Closed.");
}

function unfold(key) {
  const { nodes } = STATE.selection;
  STATE.opened.add(key);
  STATE.selection = null;
  fillPanel();
  redraw();
  setCurrent(DRAWING.owner.get(nodes[0]).key);
  DRAWING.boxes.get(DRAWING.current).focus({ preventScroll: true });
  say(`Unfolded ${counted(nodes.length, "node")}.`);
}

/** An address that ends with a node opens the page at it. */
function rememberInAddress(node) {
  // half a surrogate pair has no place in an address
  const id = node.id.replace(/\p{Cs}/gu, "");
  history.replaceState(null, "", `#${encodeURIComponent(id)}`);
}

function setCurrent(key) {
  if (!DRAWING.boxes.has(key)) return;
  DRAWING.boxes.get(DRAWING.current)?.setAttribute("tabindex", "-1");
  DRAWING.boxes.get(key).setAttribute("tabindex", "0");
  DRAWING.current = key;
}

function arrive(item) {
  setCurrent(item.key);
  if (DRAWING.boxes.get(item.key).matches(":focus-visible")) reveal(item);
}

function currentItem() {
  return DRAWING.columns.flat().find((item) => item.key === DRAWING.current);
}

function step(key) {
  const item = currentItem();
  if (!item) return;
  let next;
  if (key === "ArrowUp" || key === "ArrowDown") {
    const column = DRAWING.columns.find((one) => one.includes(item));
    next = column[column.indexOf(item) + (key === "ArrowDown" ? 1 : -1)];
  } else {
    const forward = key === "ArrowRight";
    const ends = linksOf(item, forward ? "source" : "target").map((link) => link[forward ? "target" : "source"]);
    const back = CAME_FROM.get(item.key);
    next = ends.find((end) => end.key === back) ?? nearest(ends, item);
    if (next) CAME_FROM.set(next.key, item.key);
    else say(forward ? "Nothing behind this one." : "Nothing leads here.");
  }
  if (next) DRAWING.boxes.get(next.key).focus({ preventScroll: true });
}

function nearest(items, to) {
  return items.reduce((best, item) => (best && Math.abs(best.y - to.y) <= Math.abs(item.y - to.y) ? best : item), null);
}

function stageKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(".zoom")) return;
  const pan = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] }[event.key];
  if (pan && event.shiftKey) moveBy(...pan, true);
  else if (pan) step(event.key);
  else if (event.key === "Enter" || event.key === " ") currentItem() && chooseItem(currentItem());
  else if (event.key === "Home") DRAWING.boxes.get(DRAWING.owner.get(STARTS[0])?.key)?.focus({ preventScroll: true });
  else if (event.key === "+" || event.key === "=") zoomAt(1.25, undefined, undefined, true);
  else if (event.key === "-") zoomAt(0.8, undefined, undefined, true);
  else if (event.key === "0") fitAll(true);
  else return;
  event.preventDefault();
}

function pageKey(event) {
  const typing = event.target.closest("input[type=search], textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape") {
    if (event.target === query || hits.contains(event.target)) leaveSearch();
    else closePanel();
  }
}

function leaveSearch() {
  query.value = "";
  find();
  DRAWING.boxes.get(DRAWING.current)?.focus({ preventScroll: true });
}

/** Show what a query finds below the field, and in the tables. */
function find() {
  STATE.query = query.value;
  const found = search(query.value);
  const rows = found.slice(0, HITS).map((node) => {
    const what = element("span", { class: "source" }, [kindOf(node).one, node.license].filter(Boolean).join(" · "));
    return element("li", {}, button([icon(node), element("bdi", {}, node.label), what], () => {
      hits.hidden = true;
      choose([node]);
    }, { class: "node" }));
  });
  if (found.length > HITS) rows.push(element("li", { class: "source" }, `and ${counted(found.length - HITS, "more", "more")}: all are in the tables`));
  hits.replaceChildren(...rows);
  hits.hidden = rows.length === 0;
  fillTables();
  if (query.value.trim()) say(`${counted(found.length, "node")} found.`);
}

function searchKey(event) {
  const buttons = [...hits.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
  else if (event.key === "ArrowUp") (at > 0 ? buttons[at - 1] : query).focus();
  else if (event.key === "Enter" && at < 0) buttons[0]?.click();
  else return;
  event.preventDefault();
}

function filterBox(set, name, content) {
  const input = element("input", { type: "checkbox" });
  input.checked = true;
  input.addEventListener("change", () => {
    if (input.checked) set.delete(name);
    else set.add(name);
    refilter();
  });
  return element("label", {}, [input, ...content]);
}

function refilter() {
  redraw();
  fillTables();
  firstView(DRAWING.owner.get(STATE.selection?.nodes[0]) ?? DRAWING.owner.get(STARTS[0]));
  say(`${counted(visibleNodes().length, "node")} of ${NODES.length.toLocaleString("en")} shown.`);
}

/** The filters are the legend too: what there is, how it is drawn, and how much of it. */
function fillFilters() {
  const kinds = grouped(NODES, (node) => node.kind);
  const order = Object.keys(KINDS).filter((kind) => kinds.has(kind));
  document.getElementById("kinds").append(...order.map((kind) =>
    filterBox(STATE.hiddenKinds, kind, [icon({ kind }), element("span", {}, kindOf({ kind }).many), count(kinds.get(kind))]),
  ));
  const relations = [...grouped(EDGES, (edge) => edge.relation)].sort(([, [one]], [, [other]]) => rank(one) - rank(other) || (one.relation < other.relation ? -1 : 1));
  document.getElementById("relations").append(...relations.map(([relation, edges]) =>
    filterBox(STATE.hiddenRelations, relation, [lineSample(edges[0].kind), element("span", {}, relation), count(edges)]),
  ));
  document.getElementById("relations").hidden = relations.length === 0;
}

const rank = (edge) => Object.keys(EDGE_KINDS).indexOf(edge.kind);
const count = (things) => element("span", { class: "count" }, things.length.toLocaleString("en"));

function lineSample(kind, inferred = false) {
  const path = drawn("path", { class: "way", d: "M1 6H22", "stroke-width": kind === "runtime" ? 2.5 : 1.6 });
  const head = drawn("path", { class: "head", d: "M29 6l-8-4v8z" });
  return drawn("svg", { class: `sample line kind-${kind}${inferred ? " inferred" : ""}`, viewBox: "0 0 30 12", "aria-hidden": "true" }, [path, head]);
}

/** Signs that are in this graph, and what they mean. */
function fillMarks() {
  const rows = Object.entries(EDGE_KINDS)
    .filter(([kind]) => EDGES.some((edge) => edge.kind === kind))
    .map(([kind, words]) => [lineSample(kind), words]);
  if (EDGES.some((edge) => edge.confidence === "inferred")) rows.push([lineSample("use", true), "inferred, not declared"]);
  if (NODES.some((node) => node.claims.length)) rows.push([element("b", { class: "bad" }, "≠"), "sources disagree"]);
  for (const [outcome, { sign, words }] of Object.entries(OUTCOMES)) {
    const mood = { conflict: "bad", warn: "warn" }[outcome] ?? "plain";
    if (outcome !== "ok" && NODES.some((node) => node.outcome === outcome)) rows.push([element("b", { class: mood }, sign), words]);
  }
  if (NODES.some((node) => node.cyclic)) rows.push([element("b", { class: "warn" }, "↻"), "part of a cycle"]);
  if (NODES.some((node) => !node.locked && node.kind === "model")) rows.push([element("b", { class: "loose" }, " "), "dashed box: not locked"]);
  document.getElementById("marks").append(...rows.map((row) => element("p", {}, [row[0], element("span", {}, row[1])])));
  document.getElementById("marks").hidden = rows.length === 0;
}

function show(view) {
  document.body.dataset.view = view;
  document.getElementById("as-drawing").setAttribute("aria-pressed", String(view === "drawing"));
  document.getElementById("as-tables").setAttribute("aria-pressed", String(view === "tables"));
  if (view === "drawing") applyView();
}
