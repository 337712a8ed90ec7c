// Texts that are drawn: in lines, and cut to the room that there is.

export const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Naskh Arabic", sans-serif';

/** Return a text in so many lines at most in a font, none longer than there is room but the last. */
export function linesOf(draw, text, room, font, most) {
  draw.font = font;
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (draw.measureText(longer).width <= room || lines.length === most || lines.at(-1) === "") {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** Return a line that is cut where there is no more room for it. */
export function cut(draw, text, room) {
  if (draw.measureText(text).width <= room) return text;
  let short = [...text];
  while (short.length > 1 && draw.measureText(`${short.join("")}…`).width > room)
    short = short.slice(0, -1);
  return `${short.join("").trim()}…`;
}
