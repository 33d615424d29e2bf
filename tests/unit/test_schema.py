from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

from statusgen.cli.app import app
from statusgen.content import channels, event_documents, monitoring, pages, site_documents
from statusgen.content.explanations import EXPLANATIONS
from statusgen.content.fields import Document
from statusgen.content.schema import KINDS, kind_of, modeline, schema
from statusgen.content.tree import read_tree

SAMPLE = Path(__file__).resolve().parents[2] / "content"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def mappings(node: Any) -> Iterator[dict[str, Any]]:
    """Each part of a schema that is about a mapping."""
    for below in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from mappings(below)
    if isinstance(node, dict) and ("properties" in node or "patternProperties" in node):
        yield node


def test_every_key_of_every_document_is_explained_and_nothing_else() -> None:
    classes = [
        value
        for module in (site_documents, event_documents, pages, channels, monitoring)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Document) and value is not Document
    ]
    assert {name: sorted(keys) for name, keys in EXPLANATIONS.items()} == {
        kind.__name__: sorted(keys_of(kind)) for kind in classes
    }


def keys_of(kind: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]


@pytest.mark.parametrize("name", KINDS)
def test_a_schema_stands_alone_is_closed_and_explains_every_key(name: str) -> None:
    made = schema(name)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$ref" not in json.dumps(made)
    for mapping in mappings(made):
        assert mapping["additionalProperties"] is False
        values = list(mapping.get("properties", {}).values())
        alike = len(values) > 1 and all(value == values[0] for value in values)
        assert alike or all(value["description"] for value in values)


def test_an_editor_is_told_what_a_key_is_for_how_it_is_written_and_what_to_choose_from() -> None:
    keys = schema("maintenance")["properties"]
    assert keys["start"]["description"].startswith("When it is planned to start.")
    assert "2026-11-23 15:03" in keys["start"]["examples"]
    assert keys["kind"]["enum"] == ["maintenance", "restore", None]
    assert keys["kind"]["default"] == "maintenance"
    assert schema("maintenance")["required"] == ["title", "components", "start"]


@pytest.mark.parametrize("name", [name for name in KINDS if name != "page"])
def test_another_validator_takes_the_sample(name: str, tmp_path: Path) -> None:
    """With its own YAML reader, and patterns as ECMA-262 has them."""
    (tmp_path / "schema.json").write_text(run("schema", name).stdout)
    files = [SAMPLE / path for path in read_tree(SAMPLE).files if kind_of(path) == name]
    checker: list[str | Path] = [sys.executable, "-m", "check_jsonschema"]
    schema_in_order = [*checker, "--check-metaschema", tmp_path / "schema.json"]
    taken = [*checker, "--schemafile", tmp_path / "schema.json", *files]
    for command in ([str(word) for word in words] for words in (schema_in_order, taken)):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_schemas_lie_where_the_line_in_a_file_leads(tmp_path: Path) -> None:
    content = tmp_path / "content"
    assert run("schema", "--output", content / ".schema").exit_code == 0
    for path in ("site.yaml", "incidents/2026/x.yaml", "schedules/x.yaml", "backups/2026-01.yaml"):
        address = modeline(path).partition("$schema=")[2]
        found = ((content / path).parent / address).resolve()
        assert found == content / ".schema" / f"{kind_of(path)}.json"
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        assert json.loads(((content / path).parent / address).read_text())["title"]
    with pytest.raises(ValueError, match="no document lies at"):
        modeline("pages/terms.nl.md")
    assert [path for path in read_tree(content).files if "schema" in path] == []


def test_settings_for_an_editor_name_each_schema_with_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = run("schema", "--output", "status/.schema")
    settings = json.loads(written.stdout)["yaml.schemas"]
    assert settings["./status/.schema/incident.json"] == "status/incidents/**/*.yaml"
    assert all(Path(name).is_file() for name in settings)
    elsewhere = json.loads(run("schema", "--output", "schemas").stdout)["yaml.schemas"]
    assert elsewhere["./schemas/site.json"] == "content/site.yaml"


def test_all_kinds_are_printed_in_one_object() -> None:
    assert json.loads(run("schema").stdout) == {name: schema(name) for name in KINDS}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["schema", "incidnet"], "Did you mean `incident`?"),
        (["schema", "site", "--output", "x"], "Name a kind to print, or a folder"),
    ],
)
def test_wrong_use_is_told(words: list[str], said: str) -> None:
    wrong = run(*words)
    assert wrong.exit_code == 2
    assert said in wrong.stderr


def test_a_folder_with_other_files_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    refused = run("schema", "--output", tmp_path)
    assert refused.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
