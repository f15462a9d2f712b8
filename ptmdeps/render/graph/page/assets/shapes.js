// Words, signs and small elements. All text of the document goes through `element` or `drawn`, which set it as text.

const KINDS = {
  project: { one: "project", many: "projects", sign: "M3 8.5 10 3l7 5.5V17h-5v-5H8v5H3z" },
  place: { one: "place in the code", many: "places in the code", short: "places", sign: "M7 5 2.5 10 7 15M13 5l4.5 5-4.5 5" },
  model: { one: "model", many: "models", sign: "M10 2.5 16.5 6.25v7.5L10 17.5 3.5 13.750v-7.500z" },
  dataset: {
    one: "dataset",
    many: "datasets",
    sign: "M4 5.5c0-3.3 12-3.3 12 0v9c0 3.3-12 3.3-12 0zM4 5.5c0 3.3 12 3.3 12 0",
  },
  code: { one: "code repository", many: "code repositories", short: "repositories", sign: "M8 3H6v5l-2 2 2 2v5h2M12 3h2v5l2 2-2 2v5h-2" },
  package: { one: "Python package", many: "Python packages", short: "packages", sign: "M3 6.5 10 3l7 3.5v7L10 17l-7-3.5zM3 6.5l7 3.5 7-3.5M10 10v7" },
};

const OUTCOMES = {
  ok: { sign: "✓", words: "licence in order" },
  obligation: { sign: "§", words: "licence asks for something" },
  warn: { sign: "!", words: "licence needs a look" },
  conflict: { sign: "✕", words: "licences conflict" },
  unknown: { sign: "?", words: "licence unknown" },
};

const EDGE_KINDS = {
  use: "the code uses it",
  runtime: "needed to run",
  lineage: "came from it",
};

const SVG = "http://www.w3.org/2000/svg";
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** Text as it is shown: what would be invisible, or would reorder what is read, is written as its number. */
function shown(text) {
  return String(text).replace(UNSEEN, (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`);
}

function kindOf(node) {
  return Object.hasOwn(KINDS, node.kind) ? KINDS[node.kind] : { one: node.kind, many: node.kind, sign: "" };
}

function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** At most so many letters, the middle left out: the ends tell names apart. */
function shortened(text, limit) {
  const letters = [...shown(text)];
  if (letters.length <= limit) return letters.join("");
  const head = Math.ceil((limit - 1) * 0.6);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (limit - 1 - head)).join("")}`;
}

function bytes(size) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit && size < 100 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

function filled(made, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  for (const part of [content].flat()) {
    if (part !== null && part !== undefined) made.append(part instanceof Node ? part : shown(part));
  }
  return made;
}

/** An element of HTML; strings in its content become text. */
function element(tag, attributes = {}, content = []) {
  return filled(document.createElement(tag), attributes, content);
}

/** An element of SVG; strings in its content become text. */
function drawn(tag, attributes = {}, content = []) {
  return filled(document.createElementNS(SVG, tag), attributes, content);
}

function button(content, act, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, content);
  made.addEventListener("click", act);
  return made;
}

/** The sign of a kind of node, for lists and the legend. */
function icon(node) {
  const path = drawn("path", { d: kindOf(node).sign });
  return drawn("svg", { class: `icon kind-${node.kind}`, viewBox: "0 0 20 20", "aria-hidden": "true" }, path);
}

/** What stands out about a node, in words. */
function remarks(node) {
  const found = [];
  if (node.claims.length) found.push("sources disagree");
  if (Object.hasOwn(OUTCOMES, node.outcome ?? "")) found.push(OUTCOMES[node.outcome].words);
  if (!node.locked && (node.kind === "model" || node.kind === "code")) found.push("not locked");
  if (node.missing) found.push("missing");
  if (node.gated) found.push("gated");
  if (node.cyclic) found.push("part of a cycle");
  if (node.orphan) found.push("nothing leads to it");
  return found;
}

/** The two lines of a node's box: its own name, and whose or where it is with its roles and licence. */
function lines(node) {
  const ref = node.ref && node.label.endsWith(`@${node.ref}`) ? `@${node.ref}` : "";
  const whole = ref ? node.label.slice(0, -ref.length) : node.label;
  const cut = node.kind === "project" ? -1 : whole.lastIndexOf("/");
  const parts = cut > 0 ? [whole.slice(0, cut)] : [];
  const own = (whole.slice(cut + 1) || whole) + (ref === "@main" ? "" : ref);
  return [own, [...parts, ...about(node)].join(" · ") || kindOf(node).one];
}

function about(node) {
  if (node.kind === "place") return calls(node);
  const parts = [...node.roles];
  if (node.license) parts.push(node.license);
  else if (node.kind === "model") parts.push("no licence stated");
  if (node.kind === "package" && node.ref) parts.push(node.ref);
  return parts;
}

/** What is called at a place in the code, as the evidence of its edges says. */
function calls(place) {
  const said = place.outward.flatMap((edge) => edge.evidence.filter((text) => text.startsWith(`${place.name} `)));
  return [...new Set(said.map((text) => text.slice(place.name.length + 1)))].slice(0, 2);
}

const PENCIL = document.createElement("canvas").getContext("2d");
const WRITTEN = new Map();

/** As much of a text as fits a width, in the letters of the page; the middle is left out. */
function fitted(text, width, font) {
  PENCIL.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  const key = `${width} ${font} ${text}`;
  for (let limit = 64; !WRITTEN.has(key); limit -= 1) {
    const tried = shortened(text, limit);
    if (limit < 6 || PENCIL.measureText(tried).width <= width) WRITTEN.set(key, tried);
    else limit = Math.min(limit, [...tried].length);
  }
  return WRITTEN.get(key);
}

function say(text) {
  document.getElementById("said").textContent = text;
}
