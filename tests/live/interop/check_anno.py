"""Judges annotations by rdflib and pyshacl; run by the Python that has them, see test_annotations.py.

Reads {"context", "documents"} as JSON; the first argument is the file of shapes. Writes of each document
whether it conforms, how many annotations it has, and which of its members the context does not know.
"""

import json
import sys

import pyshacl
import rdflib

ANNOTATION = rdflib.URIRef("http://www.w3.org/ns/oa#Annotation")


def members(value):
    """Return the names of all members of a document, however deep."""
    if isinstance(value, list):
        return set().union(*map(members, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    return set(value) | members(list(value.values()))


def judge(document, context, shapes):
    text = json.dumps({**document, "@context": context})
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    conforms, _, _ = pyshacl.validate(graph, shacl_graph=shapes)
    count = len(set(graph.subjects(rdflib.RDF.type, ANNOTATION)))
    return [conforms, count, sorted(members(document) - set(context) - {"@context"})]


def main():
    shapes = rdflib.Graph().parse(sys.argv[1], format="turtle")
    asked = json.load(sys.stdin)
    told = [judge(one, asked["context"], shapes) for one in asked["documents"]]
    json.dump(told, sys.stdout)


main()
