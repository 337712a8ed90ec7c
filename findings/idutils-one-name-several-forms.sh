#!/usr/bin/env bash
# idutils 1.7.1: what its normalizers give for one and the same identifier differs by how it was typed, so that
# whoever compares normalized identifiers takes one for two; and a ROR id with wrong check digits is one to it.
#
# Seen on 2026-11-30. The standards say which differences do not count: capitals in a DOI (DOI Handbook), hyphens
# and the slash after the colon in an ARK (draft-kunze-ark-40), the small x of an ORCID iD, capitals in a ROR id,
# whose last two digits are a check (ISO 7064, 97-10). The check digit of an ORCID iD is looked at.
#
# Needs Python 3.11 or newer with venv. Fails if idutils no longer does so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet idutils==1.7.1
env/bin/python - << 'PROGRAM'
import idutils

SAME = {
    "doi": ("10.1000/abc", "10.1000/ABC"),
    "ark": ("ark:12345/x12", "ark:/12345/x1-2"),
    "orcid": ("0000-0002-1694-233X", "0000-0002-1694-233x"),
    "ror": ("https://ror.org/05dxps055", "https://ror.org/05DXPS055"),
}
for scheme, (one, other) in SAME.items():
    forms = [idutils.normalize_pid(text, scheme) for text in (one, other)]
    print(f"{scheme}: {one} and {other} become {forms[0]} and {forms[1]}")
    assert forms[0] != forms[1], scheme
assert idutils.is_ror("https://ror.org/05dxps055") and idutils.is_ror("https://ror.org/05dxps056")
assert idutils.is_orcid("0000-0002-1694-233X") and not idutils.is_orcid("0000-0002-1694-2331")
print("ror: 05dxps055 and 05dxps056, of which one has wrong check digits, are both taken")
PROGRAM
