// Quotes of a text that stands in a page: what is selected as a quote, and where a quote stands.

const AROUND = 60; // letters that are kept before and after
const LONGEST = 2000; // letters of a quote

/** Return the text of an element, and where each of its nodes begins in it; a line's end counts as a letter. */
function textOf(root) {
  const walker = root.ownerDocument.createTreeWalker(
    root,
    NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
  );
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      nodes.push({ node, start: text.length });
      text += node.data;
    } else if (node.localName === "br") text += "\n";
  }
  return { text, nodes };
}

function offsetOf({ nodes, text }, root, container, offset) {
  const before = root.ownerDocument.createRange();
  before.selectNodeContents(root);
  before.setEnd(container, offset);
  let at = 0;
  for (const { node, start } of nodes) {
    if (node === container) return start + offset;
    if (!before.intersectsNode(node)) return Math.min(start, text.length);
    at = start + node.length;
  }
  return at;
}

/** Return what is selected within an element as the fields of a note; null if nothing is. */
export function quoteOf(range, root) {
  if (range.collapsed || !root.contains(range.startContainer)) return null;
  const told = textOf(root);
  const start = offsetOf(told, root, range.startContainer, range.startOffset);
  const end = root.contains(range.endContainer)
    ? offsetOf(told, root, range.endContainer, range.endOffset)
    : told.text.length;
  const quote = told.text.slice(start, Math.min(end, start + LONGEST));
  if (!quote.trim()) return null;
  return {
    quote: quote.replaceAll(/\s+/g, " ").trim(),
    prefix: told.text.slice(Math.max(0, start - AROUND), start),
    suffix: told.text.slice(end, end + AROUND),
    start,
    end: Math.min(end, start + LONGEST),
  };
}

/** Return the range of a quote within an element, however its blanks are written; null if it is not there. */
export function rangeOf(quote, root) {
  const words = quote.trim().split(/\s+/).map(escaped);
  const { text, nodes } = textOf(root);
  const found = new RegExp(words.join("\\s*"), "u").exec(text);
  if (!found) return null;
  const range = root.ownerDocument.createRange();
  const set = (at, name) => {
    const { node, start } = nodes.findLast((one) => one.start <= at) ?? nodes[0];
    range[name](node, Math.min(at - start, node.length));
  };
  set(found.index, "setStart");
  set(found.index + found[0].length, "setEnd");
  return range;
}

const escaped = (word) => word.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
