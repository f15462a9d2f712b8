// What happens when the page is opened.

function summary() {
  const kinds = grouped(NODES, (node) => node.kind);
  const parts = Object.keys(KINDS).filter((kind) => kind !== "project" && kinds.has(kind));
  const words = parts.map((kind) => counted(kinds.get(kind).length, KINDS[kind].one, KINDS[kind].many));
  words.push(counted(EDGES.length, "edge"));
  if (DOCUMENT.conflicts.length) words.push(counted(DOCUMENT.conflicts.length, "disagreement"));
  if (DOCUMENT.cycles.length) words.push(counted(DOCUMENT.cycles.length, "cycle"));
  return words.join(" · ");
}

function listen() {
  const on = (id, kind, act) => document.getElementById(id).addEventListener(kind, act);
  on("nearer", "click", () => zoomAt(1.25, undefined, undefined, true));
  on("farther", "click", () => zoomAt(0.8, undefined, undefined, true));
  on("fit", "click", () => fitAll(true));
  on("as-drawing", "click", () => show("drawing"));
  on("as-tables", "click", () => show("tables"));
  on("fold", "change", (event) => {
    STATE.fold = event.target.checked;
    STATE.opened.clear();
    STATE.kept.clear();
    refilter();
  });
  on("around", "change", (event) => {
    STATE.around = event.target.checked;
    refilter();
    if (STATE.around && !STATE.selection) say("Choose a node to see only what it is connected to.");
  });
  on("query", "input", find);
  on("query", "focus", () => query.value.trim() && find());
  document.querySelector(".search").addEventListener("keydown", searchKey);
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".search")) hits.hidden = true;
  });
  stage.addEventListener("keydown", stageKey);
  stage.addEventListener("focus", () => DRAWING.boxes.get(DRAWING.current)?.focus({ preventScroll: true }));
  document.addEventListener("keydown", pageKey);
  for (const link of document.querySelectorAll(".skips a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const target = link.hash.slice(1);
      show(target === "tables" ? "tables" : "drawing");
      document.getElementById(target).focus({ preventScroll: true });
    });
  }
  addEventListener("beforeprint", () => {
    TABLES.whole = true;
    fillTables();
    showForPrint();
  });
  addEventListener("afterprint", () => {
    TABLES.whole = false;
    fillTables();
    showAfterPrint();
  });
  let seen = [stage.clientWidth, stage.clientHeight];
  new ResizeObserver(() => {
    const now = [stage.clientWidth, stage.clientHeight];
    if (seen[0] === 0 && now[0]) firstView(DRAWING.owner.get(STARTS[0]));
    if (now[0]) seen = now;
  }).observe(stage);
}

function start() {
  document.getElementById("summary").textContent = shown(summary());
  const inside = { x: 36, width: BOX.width - 42, height: BOX.height };
  filled(document.querySelector("#inside rect"), inside, []);
  if (matchMedia("(max-width: 60rem)").matches) document.getElementById("filters").open = false;
  fillFilters();
  fillMarks();
  redraw();
  fillTables();
  firstView(DRAWING.owner.get(STARTS[0]));
  watchPointers();
  listen();
  const named = BY_ID.get(decoded(location.hash.slice(1)));
  if (named) choose([named], { focus: false });
}

/** What an address ends with; others write it too, not always well. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

start();
