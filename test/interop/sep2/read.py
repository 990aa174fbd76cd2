"""Reads documents of IEEE 2030.5 with the models of the package envoy-schema: a JSON object of XML by name on standard input, what was made of each on standard output."""
import importlib
import json
import pkgutil
import sys
import xml.etree.ElementTree as ElementTree

import envoy_schema.server.schema.sep2 as sep2
from envoy_schema.server.schema.sep2.base import BaseXmlModelWithNS

for module in pkgutil.iter_modules(sep2.__path__):
    importlib.import_module(f"{sep2.__name__}.{module.name}")


def subclasses(model):
    for child in model.__subclasses__():
        yield child
        yield from subclasses(child)


MODELS = {}
for model in subclasses(BaseXmlModelWithNS):
    MODELS.setdefault(model.__xml_tag__ or model.__name__, []).append(model)


def read(xml):
    tag = ElementTree.fromstring(xml).tag.split("}")[-1]
    faults = []
    for model in MODELS.get(tag, []):
        try:
            value = model.from_xml(xml.encode())
            rewritten = value.to_xml(exclude_none=True).decode()
            return {"model": model.__name__, "value": value.model_dump(mode="json", exclude_none=True), "rewritten": rewritten}
        except Exception as fault:
            faults.append(f"{model.__name__}: {fault}")
    return {"fault": "; ".join(faults) or f"no model for {tag}"}


print(json.dumps({name: read(xml) for name, xml in json.load(sys.stdin).items()}, default=str))
