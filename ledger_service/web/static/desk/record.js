// The record of what was done, as a CSV file: whoever opens it in a spreadsheet runs no formula.

const BEGIN_FORMULAS = /^ *[=+\-@\t\r\n＝＋－＠]/;

/** Return CSV (RFC 4180) of rows of texts. */
export function asCsv(rows) {
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

function cell(value) {
  const text = String(value ?? "");
  const plain = BEGIN_FORMULAS.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
