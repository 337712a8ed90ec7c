// What the name of a chosen file says: whether it is junk, which title it suggests, of which type it is.

const JUNK =
  /^(?:thumbs\.db|desktop\.ini|ehthumbs\.db|icon\r|\..*|~\$.*|.*~|.*\.(?:tmp|part|crdownload|lnk|bak))$/i;
const JUNK_FOLDERS = /(?:^|\/)(?:__MACOSX|\.git|\.Trash[^/]*|\$RECYCLE\.BIN)\//i;
const UNKNOWN = "application/octet-stream";
const TYPES = {
  csv: "text/csv",
  djvu: "image/vnd.djvu",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  epub: "application/epub+zip",
  fb2: "application/x-fictionbook+xml",
  geojson: "application/geo+json",
  jp2: "image/jp2",
  md: "text/markdown",
  mobi: "application/x-mobipocket-ebook",
  tif: "image/tiff",
  tiff: "image/tiff",
};
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** Return whether systems and programs leave such files in folders, and nobody means them. */
export function isJunk(path) {
  return JUNK.test(path.split("/").at(-1)) || JUNK_FOLDERS.test(path);
}

/** Return the title that a file's name suggests. */
export function titleOf(name) {
  const stem = name.replace(/(.)\.[^.]*$/, "$1");
  return stem.replace(/_+/g, " ").replace(/\s+/g, " ").trim();
}

/** Return the media type of a file, as the browser or its ending tells it. */
export function typeOf(file) {
  const told = file.type.split(";")[0].trim().toLowerCase();
  if (TYPE.test(told)) return told;
  return TYPES[file.name.split(".").at(-1).toLowerCase()] ?? UNKNOWN;
}

/** Return a title as it is compared with others. */
export function folded(title) {
  return title
    .normalize("NFKD")
    .replace(/[\p{M}\p{P}\p{Zs}'`ʻʼ]+/gu, "")
    .toLowerCase();
}
