"""Draw costs over sizes, given as JSON on standard input, into the SVG named as argument."""

import json
import sys

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "muhr"  # the same picture for the same figures
from matplotlib import pyplot as plt  # noqa: E402

given = json.load(sys.stdin)
figure, axes = plt.subplots(figsize=(7, 4))
for (label, values), marker in zip(given["lines"].items(), "osd", strict=True):
    axes.plot(given["sizes"], values, marker=marker, label=label)
axes.set_xscale("log")
axes.set_yscale("log")
axes.set_xlabel("entries in the ledger")
axes.grid(visible=True, which="major", alpha=0.3)
axes.legend(frameon=False)
figure.tight_layout()
figure.savefig(sys.argv[1], metadata={"Date": None})
