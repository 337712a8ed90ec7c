// The texts of reasons, from the catalog that Python has, too. A reason is {reason, values}; a value may be
// a reason itself. Each language is a module in messages/, and only that of the page, or of the command
// (MUHR_LANG), is loaded.

const LANGUAGES = ["en", "ru", "uz", "uz-Cyrl"];
const PLACE = /\{(\w+)\}/g;

let spoken = await load(globalThis.document?.documentElement.lang ?? languageOfCommand());

/** Tell everything in a language from now on: for workers, which have no page. */
export async function speak(language) {
  spoken = await load(language);
}

/** Return the language of a locale such as ru_RU.UTF-8 or uz_UZ@cyrillic, as languages.py does. */
function languageOfCommand() {
  const { MUHR_LANG, LC_ALL, LC_MESSAGES, LANG } = globalThis.process?.env ?? {};
  const locale = [MUHR_LANG, LC_ALL, LC_MESSAGES, LANG].find(Boolean) ?? "";
  const [language, ...more] = locale.toLowerCase().split(/[-_.@]/);
  const isCyrillic = more.includes("cyrl") || more.includes("cyrillic");
  return language === "uz" && isCyrillic ? "uz-Cyrl" : language;
}

async function load(asked) {
  const language = LANGUAGES.includes(asked) ? asked : "en";
  return (await import(`./messages/${language}.js`)).default;
}

/** Return the day of a time in seconds since 1970, in UTC, as people write it. */
export function date(seconds, catalog = spoken) {
  const at = new Date(1000 * seconds);
  const values = {
    day: at.getUTCDate(),
    month: catalog.formats.months[at.getUTCMonth()],
    year: at.getUTCFullYear(),
  };
  return catalog.formats.date.replaceAll(PLACE, (_, name) => values[name]);
}

/** Return the sentence of a reason; the reason itself where the catalog has none. */
export function text({ reason, values }, catalog = spoken) {
  let found = catalog.texts[reason];
  if (typeof found === "object") {
    const form = new Intl.PluralRules(catalog.language).select(Number(values[found.count]));
    found = found.forms[catalog.categories.indexOf(form)] ?? found.forms.at(-1);
  }
  if (found === undefined) return reason;
  return found.replaceAll(PLACE, (_, name) => shown(values[name], catalog));
}

/** Return the sentence that says why a finding is as it is. */
export function because({ outcome, reason, values }, catalog = spoken) {
  const why = { reason, values };
  if (outcome !== "not checked") return text(why, catalog);
  return text({ reason: "not-checked", values: { why } }, catalog);
}

function shown(value, catalog) {
  return typeof value === "object" ? text(value, catalog) : String(value);
}
