#!/usr/bin/env python3
"""The oracle of GitLab pipelines: a simple resolver on whole documents, independent of the reader.

It merges local includes, applies inputs, extends and references, expands variables, and reads a line with the folder of the
repository, a tab and the path of a pipeline in it. It writes a JSON object a line. Requires PyYAML.
"""
import glob
import itertools
import json
import os
import re
import sys

import yaml

KEYWORDS = set("default include stages variables workflow image services cache before_script after_script spec types".split())
OWN_REGISTRY = re.compile(r"^\$\{?(CI_REGISTRY|CI_REGISTRY_IMAGE|CI_DEPENDENCY_PROXY\w*|CI_TEMPLATE_REGISTRY_HOST|CI_SERVER_\w+)\b")
FOREIGN = re.compile(r"^(?!([\w-]+\.)*docker\.(io|com)/)[\w-]+(\.[\w-]+)+(:\d+)?/")
TEXTS = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float", "tag:yaml.org,2002:int"}


class Reference(list):
    """The path of a `!reference`."""


class Loader(yaml.SafeLoader):
    """Reads numbers and dates as text, as image names need them."""


def construct_tagged(loader, _tag, node):
    return loader.construct_sequence(node, True) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)


Loader.add_multi_constructor("!", construct_tagged)
Loader.add_constructor("!reference", lambda loader, node: Reference(loader.construct_sequence(node, True)))
Loader.yaml_implicit_resolvers = {
    start: [(tag, pattern) for tag, pattern in rules if tag not in TEXTS]
    for start, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_list(value):
    return value if isinstance(value, list) else [value] if value else []


def flat(values):
    for value in values:
        if isinstance(value, list):
            yield from flat(value)
        else:
            yield value


def merge(base, other):
    if not isinstance(base, dict) or not isinstance(other, dict):
        return other
    return {**base, **{key: merge(base[key], value) if key in base else value for key, value in other.items()}}


def change(value, apply):
    """Applies a function to each text."""
    if isinstance(value, str):
        return apply(value)
    if isinstance(value, list):
        return type(value)(change(item, apply) for item in value)
    return {key: change(item, apply) for key, item in value.items()} if isinstance(value, dict) else value


def read_file(root, path, given, seen, unread):
    """Returns a document merged with its includes."""
    with open(path, encoding="utf8", errors="replace") as file:
        documents = [document for document in yaml.load_all(file, Loader) if document is not None]
    spec = {}
    if len(documents) > 1 and isinstance(documents[0], dict) and set(documents[0]) == {"spec"}:
        spec = documents.pop(0)["spec"].get("inputs") or {}
    inputs = {key: rule["default"] for key, rule in spec.items() if isinstance(rule, dict) and "default" in rule}
    inputs.update(given)
    pattern = re.compile(r"\$\[\[\s*inputs\.([\w-]+)\s*\]\]")
    document = change(
        documents[-1] if documents else {},
        lambda text: pattern.sub(lambda found: str(inputs.get(found[1], found[0])), text),
    )
    if not isinstance(document, dict):
        return {}
    result = {}
    for entry in as_list(document.get("include")):
        is_map = isinstance(entry, dict)
        local = entry.get("local") if is_map else entry
        rules = entry.get("rules") if is_map else None
        if rules and all(rule.get("when") == "never" for rule in rules):
            continue
        if not local or local.startswith("http") or "$" in local:
            unread.append(str(entry))
            continue
        found = [name for name in sorted(glob.glob(f"{root}/{local.lstrip('/')}", recursive=True)) if os.path.isfile(name)]
        if not found:
            unread.append(local)
        own = (entry.get("inputs") if is_map else None) or {}
        for name in found:
            if name in seen and not own:
                continue
            seen.add(name)
            result = merge(result, read_file(root, name, own, seen, unread))
    return merge(result, document)


def is_job(name, value):
    return name not in KEYWORDS and isinstance(value, dict)


def extend(document, name, open_names=()):
    job = document.get(name)
    if not isinstance(job, dict):
        return {}
    result = {}
    for parent in as_list(job.get("extends")):
        if isinstance(parent, str) and parent not in open_names:
            result = merge(result, extend(document, parent, (*open_names, name)))
    return merge(result, job)


def follow(document, value, depth=0):
    if isinstance(value, Reference):
        current = document
        for key in value:
            current = follow(document, current, depth + 1) if isinstance(current, Reference) else current
            current = current.get(key) if isinstance(current, dict) else None
        return follow(document, current, depth + 1) if depth < 10 else None
    if isinstance(value, list):
        return [follow(document, item, depth) for item in value]
    return {key: follow(document, item, depth) for key, item in value.items()} if isinstance(value, dict) else value


def expand(text, variables, depth=0):
    def value_of(found):
        name = found[1] or found[2]
        if name not in variables or depth > 15:
            return found[0]
        return expand(str(variables[name]), {key: value for key, value in variables.items() if key != name}, depth + 1)

    return re.sub(r"\$(?:(\w+)|\{(\w+)\})", value_of, text)


def value_of_variable(value):
    return value.get("value", "") if isinstance(value, dict) else value


def is_never(rules):
    rules = list(flat(rules)) if isinstance(rules, list) else []
    for rule in rules:
        if not isinstance(rule, dict) or rule.get("when") != "never":
            return False
        if not {"if", "changes", "exists"} & set(rule):
            return True
    return bool(rules)


def variables_of_rules(rules):
    return {name for rule in flat(rules or []) if isinstance(rule, dict) for name in rule.get("variables") or {}}


def combinations(parallel):
    if not isinstance(parallel, dict):
        return [{}]
    found = []
    for entry in flat(parallel.get("matrix") or []):
        values = [value if isinstance(value, list) else [value] for value in entry.values()]
        found += [dict(zip(entry, one)) for one in itertools.product(*values)]
    return found


def images_of(document):
    workflow = document.get("workflow") or {}
    if is_never(workflow.get("rules")):
        return set()
    common = {key: value_of_variable(value) for key, value in (document.get("variables") or {}).items()}
    found = set()
    for name, job in document.items():
        if not is_job(name, job) or name.startswith(".") or "trigger" in job or is_never(job.get("rules")):
            continue
        inherit = job.get("inherit") or {}
        inherited = inherit.get("default", True)

        def usual(key):
            if inherited is False or (isinstance(inherited, list) and key not in inherited):
                return None
            return (document.get("default") or {}).get(key, document.get(key))

        chosen = inherit.get("variables", True)
        variables = {key: value for key, value in common.items() if chosen is True or (isinstance(chosen, list) and key in chosen)}
        variables.update({key: value_of_variable(value) for key, value in (job.get("variables") or {}).items()})
        for unclear in variables_of_rules(job.get("rules")) | variables_of_rules(workflow.get("rules")):
            variables.pop(unclear, None)
        written = [job.get("image", usual("image")), *flat(job.get("services", usual("services")) or [])]
        for run in combinations(job.get("parallel", usual("parallel"))):
            for image in written:
                text = image.get("name") if isinstance(image, dict) else image
                if isinstance(text, str) and text:
                    found.add(expand(text, {**variables, **run}))
    return {text for text in found if not OWN_REGISTRY.match(text)}


def resolve(root, path):
    unread = []
    full = f"{root}/{path}"
    document = read_file(root, full, {}, {full}, unread)
    document = {key: extend(document, key) if is_job(key, value) else value for key, value in document.items()}
    document = {key: follow(document, value) for key, value in document.items()}
    images = images_of(document)
    unknown = {text for text in images if "$" in text}
    return {
        "images": sorted(images - unknown),
        "unknown": sorted(text for text in unknown if not FOREIGN.match(text)),
        "unread": unread,
    }


for line in sys.stdin:
    root, path = line.rstrip("\n").split("\t")
    answer = {"root": root, "path": path}
    try:
        answer.update(resolve(root, path))
    except Exception as error:  # Any fault of a file: it is then not compared.
        answer["error"] = str(error)
    print(json.dumps(answer), flush=True)
