// The panel: every fact of the selection, the ways to it, its edges with their evidence, and what sources disagree about.

const panel = document.getElementById("panel");
const WAYS = 6;
const LISTED = 200;

function fillPanel() {
  panel.hidden = !STATE.selection;
  if (!STATE.selection) return;
  const { nodes } = STATE.selection;
  panel.replaceChildren(...(nodes.length === 1 ? aboutNode(nodes[0]) : aboutGroup(STATE.selection)));
  panel.scrollTop = 0;
}

function titled(name, kind, heading) {
  const title = element("h2", { tabindex: "-1", id: "panel-title" }, element("bdi", {}, heading));
  const close = button("✕", () => closePanel(), { class: "close", "aria-label": "Close", "aria-keyshortcuts": "Escape" });
  return element("div", { class: "panel-head" }, [element("p", { class: "kind" }, [icon(name), kind]), title, close]);
}

function section(heading, content) {
  return element("section", {}, [element("h3", {}, heading), ...[content].flat()]);
}

function aboutNode(node) {
  const notes = remarks(node);
  return [
    titled(node, kindOf(node).one, node.label),
    notes.length ? element("ul", { class: "remarks" }, notes.map((note) => element("li", {}, note))) : null,
    facts(node),
    ...node.claims.map(disagreement),
    waysSection(node),
    edgeSection("Leads to", node.outward, "target"),
    edgeSection("Reached from", node.inward, "source"),
    reachSection(node),
  ].filter(Boolean);
}

function facts(node) {
  const outcome = Object.hasOwn(OUTCOMES, node.outcome ?? "") ? OUTCOMES[node.outcome] : null;
  const rows = [
    ["Name", node.name === node.label ? null : node.name],
    ["Hub", node.hub],
    ["Reference", node.ref],
    ["Revision", node.revision],
    ["Locked", node.kind === "model" || node.kind === "code" ? (node.locked ? "yes" : "no") : null],
    ["Roles", node.roles.join(", ")],
    ["Licence", node.license ?? (node.kind === "model" ? "none stated" : null)],
    ["Answer", outcome && `${outcome.sign} ${outcome.words}`],
    ["Size", node.size === null || node.size === undefined ? null : `${bytes(node.size)} (${node.size.toLocaleString("en")} bytes)`],
    ["Gated", node.gated],
    ["Missing", node.missing],
  ].filter(([, value]) => value);
  if (rows.length === 0) return null;
  const row = ([name, value]) => element("div", {}, [element("dt", {}, name), element("dd", {}, element("bdi", {}, value))]);
  return element("dl", { class: "facts" }, rows.map(row));
}

function disagreement(conflict) {
  const about = { "base-model": "the base model", license: "the licence" }[conflict.about] ?? conflict.about;
  const claims = conflict.claims.map((claim) =>
    element("li", {}, [element("strong", {}, element("bdi", {}, claim.value)), element("span", { class: "source" }, `says ${claim.source}`)]),
  );
  return element("section", { class: "disagreement" }, [
    element("h3", {}, `≠ Sources disagree about ${about}`),
    element("ul", {}, claims),
  ]);
}

function waysSection(node) {
  if (STARTS.includes(node)) return null;
  const ways = waysTo(node).sort((one, other) => one.length - other.length);
  if (ways.length === 0) return section("Ways from the project", element("p", {}, "None: nothing in the project leads here."));
  const made = ways.slice(0, WAYS).map((way) =>
    element("li", {}, element("ol", { class: "way" }, [...way].map((one) => element("li", {}, nodeButton(one))))),
  );
  const more = ways.length > WAYS ? element("p", {}, `and ${counted(ways.length - WAYS, "more way")}`) : null;
  return section(`Ways from the project (${ways.length})`, [element("ul", { class: "ways" }, made), more].filter(Boolean));
}

/** A button that opens a node. */
function nodeButton(node) {
  const name = [icon(node), element("bdi", {}, node.label)];
  return button(name, () => choose([node]), { class: "node" });
}

function edgeSection(heading, edges, end) {
  if (edges.length === 0) return null;
  const rows = edges.slice(0, LISTED).map((edge) =>
    element("li", {}, [
      element("span", { class: `relation kind-${edge.kind}` }, edge.relation),
      nodeButton(edge[end]),
      element("span", { class: "source" }, `${EDGE_KINDS[edge.kind] ?? edge.kind}, ${edge.confidence}`),
      edge.evidence.length
        ? element("ul", { class: "evidence", "aria-label": "Evidence" }, edge.evidence.map((one) => element("li", {}, element("code", {}, one))))
        : null,
    ].filter(Boolean)),
  );
  const more = edges.length > LISTED ? element("p", {}, `and ${counted(edges.length - LISTED, "more edge")}: see the tables`) : null;
  return section(`${heading} (${edges.length})`, [element("ul", { class: "edges" }, rows), more].filter(Boolean));
}

function reachSection(node) {
  const after = reached([node], outwards).size - 1;
  const before = reached([node], inwards).size - 1;
  const text = `${counted(after, "node")} can be reached from here; ${counted(before, "node")} lead${before === 1 ? "s" : ""} here.`;
  return element("p", { class: "reach" }, text);
}

function aboutGroup(selection) {
  const { nodes, key, about } = selection;
  const item = { ...selection, kind: nodes[0].kind };
  const list = nodes.slice(0, LISTED).map((node) => element("li", {}, nodeButton(node)));
  const more = nodes.length > LISTED ? element("p", {}, `and ${counted(nodes.length - LISTED, "more node")}: search for them, or see the tables`) : null;
  const why = {
    alike: "They have the same edges, so the drawing shows them as one.",
    more: "There is no room for all of this column; those with fewer edges are here.",
  }[about] ?? "They are in one file, so the drawing shows them as one.";
  return [
    titled(nodes[0], "folded", itemName(item)),
    element("p", {}, why),
    button("Unfold in the drawing", () => unfold(key), { class: "wide" }),
    element("ul", { class: "members" }, list),
    more,
  ].filter(Boolean);
}
