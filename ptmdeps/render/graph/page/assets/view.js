// The window onto the drawing: zoom and pan, by mouse, finger, key and button. Print shows all of it.

const VIEW = { x: 0, y: 0, scale: 1, width: 0, height: 0 };
const SCALES = [0.04, 3];
const READABLE = 0.7; // below it letters are too small to begin with
const MARGIN = 32;

const stage = document.getElementById("stage");
const canvas = document.getElementById("canvas");
const world = document.getElementById("world");

/** Show the part of the drawing that `VIEW` says; smoothly where a key or a button moved it. */
function applyView(smooth = false) {
  world.classList.toggle("smooth", smooth);
  world.style.transform = `translate(${VIEW.x}px, ${VIEW.y}px) scale(${VIEW.scale})`;
  canvas.classList.toggle("far", VIEW.scale < 0.35);
}

function zoomAt(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2, smooth = false) {
  const scale = Math.min(Math.max(VIEW.scale * factor, SCALES[0]), SCALES[1]);
  VIEW.x = x - ((x - VIEW.x) * scale) / VIEW.scale;
  VIEW.y = y - ((y - VIEW.y) * scale) / VIEW.scale;
  VIEW.scale = scale;
  applyView(smooth);
}

function moveBy(x, y, smooth = false) {
  VIEW.x += x;
  VIEW.y += y;
  applyView(smooth);
}

/** Show the whole drawing, however small. */
function fitAll(smooth = false) {
  const room = [stage.clientWidth - 2 * MARGIN, stage.clientHeight - 2 * MARGIN - HEADING];
  VIEW.scale = Math.min(1.15, room[0] / VIEW.width, room[1] / VIEW.height);
  VIEW.scale = Math.max(VIEW.scale, SCALES[0]);
  VIEW.x = (stage.clientWidth - VIEW.width * VIEW.scale) / 2;
  VIEW.y = HEADING + (stage.clientHeight - HEADING - VIEW.height * VIEW.scale) / 2;
  applyView(smooth);
}

/** Show the whole drawing if it can be read then, else its beginning around one item. */
function firstView(item) {
  fitAll();
  if (VIEW.scale >= READABLE || !item) return;
  VIEW.scale = READABLE;
  const wide = VIEW.width * VIEW.scale;
  VIEW.x = wide < stage.clientWidth - 2 * MARGIN ? (stage.clientWidth - wide) / 2 : MARGIN - item.x * VIEW.scale;
  const high = VIEW.height * VIEW.scale;
  const middle = stage.clientHeight / 2 - (item.y + BOX.height / 2) * VIEW.scale;
  const most = HEADING + MARGIN;
  VIEW.y = Math.max(Math.min(middle, most), Math.min(most, stage.clientHeight - MARGIN - high));
  applyView();
}

/** Move as little as it takes to have an item in sight, and near enough to be read. */
function reveal(item, smooth = true) {
  if (VIEW.scale < READABLE * 0.7) zoomAt(READABLE / VIEW.scale);
  const edge = MARGIN * 1.5;
  const left = VIEW.x + item.x * VIEW.scale;
  const top = VIEW.y + item.y * VIEW.scale;
  const right = left + BOX.width * VIEW.scale;
  const bottom = top + BOX.height * VIEW.scale;
  const x = left < edge ? edge - left : Math.min(0, stage.clientWidth - edge - right);
  const y = top < edge + HEADING ? edge + HEADING - top : Math.min(0, stage.clientHeight - edge - bottom);
  if (x || y) moveBy(x, y, smooth);
}

function watchPointers() {
  const held = new Map();
  let far = 0;
  const middle = () => {
    const points = [...held.values()];
    const sum = points.reduce(([x, y], [px, py]) => [x + px, y + py], [0, 0]);
    const apartBy = points.length > 1 ? Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]) : 0;
    return { x: sum[0] / points.length, y: sum[1] / points.length, apartBy };
  };
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".zoom") || event.button !== 0) return;
    if (held.size === 0) far = 0;
    held.set(event.pointerId, at(event));
  });
  stage.addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId)) return;
    const before = middle();
    held.set(event.pointerId, at(event));
    const after = middle();
    far += Math.hypot(after.x - before.x, after.y - before.y) + Math.abs(after.apartBy - before.apartBy);
    if (far < 5) return;
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("held");
    moveBy(after.x - before.x, after.y - before.y);
    if (before.apartBy && after.apartBy) zoomAt(after.apartBy / before.apartBy, after.x, after.y);
  });
  const release = (event) => {
    held.delete(event.pointerId);
    if (held.size === 0) stage.classList.remove("held");
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  // a drag that ends on a box is no click on it
  stage.addEventListener("click", (event) => far >= 5 && event.stopPropagation(), { capture: true });
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? stage.clientHeight : 1;
      if (event.shiftKey) moveBy(-(event.deltaX || event.deltaY) * pixels, 0);
      else zoomAt(Math.exp(-event.deltaY * pixels * (event.ctrlKey ? 0.01 : 0.0016)), ...at(event));
    },
    { passive: false },
  );
}

/** On paper the drawing is as wide as the page, whatever was in sight. */
function showForPrint() {
  canvas.setAttribute("viewBox", `-4 ${-HEADING} ${VIEW.width + 8} ${VIEW.height + HEADING + 8}`);
  world.classList.remove("smooth");
  world.style.transform = "none";
}

function showAfterPrint() {
  canvas.removeAttribute("viewBox");
  applyView();
}
