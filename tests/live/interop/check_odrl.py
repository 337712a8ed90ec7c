"""Judges policies by rdflib and pyshacl; run by the Python that has them, see test_odrl.py.

Reads {"context", "policies"} as JSON; the first argument is the file of shapes. Writes of each policy whether
it conforms, and which of its words the vocabulary of ODRL does not have.
"""

import json
import sys

import pyshacl
import rdflib

ODRL = rdflib.ODRL2
KNOWN = {str(term) for term in dir(ODRL)}


def judge(policy, context, shapes):
    text = json.dumps({**policy, "@context": context})
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    words = {str(term) for triple in graph for term in triple if str(term).startswith(str(ODRL))}
    conforms, _, _ = pyshacl.validate(graph, shacl_graph=shapes)
    return [conforms, sorted(words - KNOWN)]


def main():
    shapes = rdflib.Graph().parse(sys.argv[1], format="turtle")
    asked = json.load(sys.stdin)
    json.dump([judge(policy, asked["context"], shapes) for policy in asked["policies"]], sys.stdout)


main()
