#!/usr/bin/env bash
# counter-robots 2025.11: the browser of a phone that names itself "motorola edge 30" is a robot to it, by the pattern
# `motor`; and patterns find small letters only, so that PerplexityBot is a human, and other bots are if they give no address.
#
# Seen on 2026-11-30. `is_robot_or_machine` searches the list's patterns as they stand, without regard to words or
# capitals: `motor` is in "motorola", and `bot` is not in "Bot". To lower the name first finds the bots, but also `core`
# in AppleCoreMedia, with which iPhones play sound. Whoever counts readers by it loses some and gains crawlers.
#
# Needs Python 3.9 or newer with venv. Fails if counter-robots no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet counter-robots==2025.11
env/bin/python - << 'PROGRAM'
from counter_robots import __version__, is_robot_or_machine

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
FOUND = {
    f"Mozilla/5.0 (Linux; Android 13; motorola edge 30) {CHROME}": True,
    f"Mozilla/5.0 (Linux; Android 13; Pixel 8) {CHROME}": False,
    "Mozilla/5.0 AppleWebKit/537.36 (compatible; PerplexityBot/1.0)": False,
    "DuckAssistBot/1.2; (+http://duckduckgo.com/duckassistbot.html)": True,
    "DuckAssistBot/1.2": False,
    "AppleCoreMedia/1.0.0.22B83 (iPhone; U; CPU OS 18_1 like Mac OS X; en_us)": False,
    "applecoremedia/1.0.0.22b83 (iphone; u; cpu os 18_1 like mac os x; en_us)": True,
}
print("counter-robots", __version__)
for agent, found in FOUND.items():
    print("robot" if is_robot_or_machine(agent) else "human", "·", agent[:90])
    assert is_robot_or_machine(agent) is found, agent
PROGRAM
