// The same graph as two tables, a page of rows at a time; filters and search count here as well.

const ROWS = 100;
const TABLES = { nodes: 0, edges: 0, whole: false };

const NODE_COLUMNS = [
  ["Name", (node) => nodeButton(node)],
  ["Kind", (node) => kindOf(node).one],
  ["Reference", (node) => node.ref ?? ""],
  ["Revision", (node) => (node.revision ? shortened(node.revision, 14) : "")],
  ["Licence", (node) => node.license ?? ""],
  ["Size", (node) => (node.size === null || node.size === undefined ? "" : bytes(node.size))],
  ["Roles", (node) => node.roles.join(", ")],
  ["Remarks", (node) => remarks(node).join(", ")],
  ["In", (node) => String(node.inward.length)],
  ["Out", (node) => String(node.outward.length)],
];

const EDGE_COLUMNS = [
  ["From", (edge) => nodeButton(edge.source)],
  ["Relation", (edge) => edge.relation],
  ["To", (edge) => nodeButton(edge.target)],
  ["Meaning", (edge) => EDGE_KINDS[edge.kind] ?? edge.kind],
  ["Confidence", (edge) => edge.confidence],
  ["Evidence", (edge) => element("ul", { class: "evidence" }, edge.evidence.map((one) => element("li", {}, element("code", {}, one))))],
];

function fillTables() {
  const words = STATE.query.trim();
  const found = words ? new Set(search(words)) : null;
  const nodes = NODES.filter((node) => passes(node) && (!found || found.has(node)));
  const edges = EDGES.filter((edge) => passesEdge(edge) && (!found || found.has(edge.source) || found.has(edge.target)));
  fillTable("nodes", nodes, NODES.length, NODE_COLUMNS);
  fillTable("edges", edges, EDGES.length, EDGE_COLUMNS);
}

function fillTable(name, things, all, columns) {
  const pages = Math.max(1, Math.ceil(things.length / ROWS));
  TABLES[name] = Math.min(TABLES[name], pages - 1);
  const first = TABLES.whole ? 0 : TABLES[name] * ROWS;
  const part = things.slice(first, TABLES.whole ? things.length : first + ROWS);
  const table = document.getElementById(name);
  table.tHead.replaceChildren(element("tr", {}, columns.map(([title]) => element("th", { scope: "col" }, title))));
  table.tBodies[0].replaceChildren(...part.map((thing) => tableRow(thing, columns)));
  const range = part.length === things.length ? "all of them" : `${first + 1} to ${first + part.length}`;
  const text = things.length === all ? counted(all, "row") : `${counted(things.length, "row")} of ${all.toLocaleString("en")}`;
  document.getElementById(`${name}-count`).textContent = things.length ? `${text}, shown: ${range}` : "No row passes the filters.";
  fillPages(name, pages);
}

function tableRow(thing, columns) {
  return element("tr", {}, columns.map(([, cell], number) =>
    number ? element("td", {}, cell(thing)) : element("th", { scope: "row" }, cell(thing)),
  ));
}

function fillPages(name, pages) {
  const holder = document.getElementById(`${name}-pages`);
  const turn = (by) => {
    TABLES[name] += by;
    fillTables();
    document.getElementById(`${name}-count`).scrollIntoView({ block: "nearest" });
    say(document.getElementById(`${name}-count`).textContent);
    holder.querySelector(by > 0 ? ".next:enabled, .previous" : ".previous:enabled, .next")?.focus();
  };
  holder.hidden = pages === 1;
  holder.replaceChildren(
    button("Previous", () => turn(-1), { class: "previous", disabled: TABLES[name] === 0 }),
    element("span", {}, `page ${TABLES[name] + 1} of ${pages}`),
    button("Next", () => turn(1), { class: "next", disabled: TABLES[name] >= pages - 1 }),
  );
}
