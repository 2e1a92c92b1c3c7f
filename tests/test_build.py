"""The build: what has types beside it is compiled, and nothing stale is run."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tcplife import tracker
from tcplife.model.compiled import COMPILED
from tcplife.rooms import Form, Rooms

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = {
    "tcplife.anomalies.kinds",
    "tcplife.capture.formats",
    "tcplife.decode.layers",
    "tcplife.model.close_kinds",
    "tcplife.model.compiled",
    "tcplife.model.names",
    "tcplife.summary.zeek_names",
    "tcplife.tracker.facts",
    "tcplife.tracker.transitions",
}
"""Plain modules whose .pxd gives their numbers to compiled ones."""
INLINE_ONLY = NUMBERS | {
    "tcplife.anomalies.asking",
    "tcplife.capture.glimpse",
    "tcplife.capture.window",
    "tcplife.decode.aside",
    "tcplife.decode.straight",
    "tcplife.decode.wire",
    "tcplife.flows.first",
    "tcplife.flows.mix",
    "tcplife.model.digest",
    "tcplife.model.fetch",
    "tcplife.model.flag",
    "tcplife.model.keys",
    "tcplife.model.longs",
    "tcplife.model.memory",
    "tcplife.model.words",
    "tcplife.pipeline.ahead",
    "tcplife.pipeline.hints",
    "tcplife.report.native",
    "tcplife.summary.soon",
    "tcplife.summary.spare",
    "tcplife.tracker.named",
}
"""Their .pxd holds C bodies that other modules inline; the .py is the plain form of the same."""

CONSTANTS = r"cdef (?:(?:unsigned|signed|const|long|short) )*[\w.]+ ([\w, ]+)"
"""A line of a .pxd that makes names C variables."""
OWN_NUMBERS = r"cdef (?:unsigned )?(?:int|long long|Py_ssize_t) ([\w, ]+)"


def typed_modules() -> set[str]:
    """Modules with a .pxd beside them."""
    found = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "tcplife").rglob("*.pxd")}
    return found - INLINE_ONLY


def sources() -> list[Path]:
    """What pyproject.toml lists for the one file of all compiled modules."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (rooms,) = project["tool"]["setuptools"]["ext-modules"]
    assert rooms["optional"] is True, "without a C compiler the installation must go on"
    return [ROOT / source for source in rooms["sources"]]


def test_every_typed_module_is_built() -> None:
    assert [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sources()] == sorted(typed_modules())


def test_no_compiled_file_is_older_than_its_source() -> None:
    for built in (ROOT / "tcplife").rglob("*.so"):
        name = built.name.removesuffix(next(suffix for suffix in EXTENSION_SUFFIXES if built.name.endswith(suffix)))
        for source in sources() if name == "_rooms" else [built.with_name(name + ".py")]:
            for part in (source, source.with_suffix(".pxd")):
                assert part.stat().st_mtime <= built.stat().st_mtime, f"{built} is older than {part}: build again"


def test_all_is_compiled_or_nothing() -> None:
    files = {name: str(import_module(name).__file__) for name in typed_modules()}
    assert {name for name, file in files.items() if file.endswith(".py") == COMPILED} == set()


def one_file(modules: dict[str, object]) -> SimpleNamespace:
    """A module that begins others, as `tcplife._rooms` does: each is made with what stands behind its name."""

    def create(spec: ModuleSpec) -> ModuleType:
        made = ModuleType(spec.name)
        made.__file__ = spec.origin
        return made

    def execute(module: ModuleType) -> None:
        content = modules[module.__name__]
        if isinstance(content, Exception):
            raise content
        module.__dict__["content"] = content

    return SimpleNamespace(
        names=lambda: ("tcplife.tracker.plain", *modules),
        create=create,
        execute=execute,
        forms=list,
        load_by=lambda _: None,
        __file__="rooms.so",
    )


@pytest.fixture
def asked_for() -> Iterator[str]:
    """The name of a module that is none before and after."""
    name = "tcplife.tracker.asked_for"
    yield name
    sys.modules.pop(name, None)
    if hasattr(tracker, "asked_for"):
        del tracker.asked_for


def test_a_module_that_another_waits_for_is_loaded_as_by_an_import(asked_for: str) -> None:
    rooms = Rooms(one_file({asked_for: 5}))
    made = rooms.load(asked_for)
    assert made is sys.modules[asked_for] is tracker.asked_for  # type: ignore[attr-defined]
    assert made.content == 5
    assert made.__spec__ is not None
    assert (made.__spec__.name, made.__spec__.loader, made.__spec__.parent) == (asked_for, rooms, "tcplife.tracker")
    assert rooms.load(asked_for) is made


def test_a_module_that_fails_to_load_is_none(asked_for: str) -> None:
    with pytest.raises(ValueError, match="nothing"):
        Rooms(one_file({asked_for: ValueError("nothing")})).load(asked_for)
    assert asked_for not in sys.modules
    assert not hasattr(tracker, "asked_for")


@pytest.fixture
def form(tmp_path: Path) -> Form:
    """The plain form of something, unread."""
    (tmp_path / "form.py").write_text("NAME = 'form'\nasked = []\n")
    made = Form("form")
    made.__spec__ = spec_from_file_location("form", tmp_path / "form.py")
    return made


def test_a_plain_form_is_read_when_something_is_asked_of_it(form: Form) -> None:
    assert "NAME" not in vars(form)
    form.asked.append(5)
    assert (form.NAME, form.asked, type(form)) == ("form", [5], ModuleType)


def test_a_plain_form_that_cannot_be_read_says_so_each_time(form: Form, tmp_path: Path) -> None:
    (tmp_path / "form.py").write_text("raise ValueError('nothing')")
    for _ in range(2):
        with pytest.raises(ValueError, match="nothing"):
            form.NAME  # noqa: B018


def test_a_plain_form_does_not_have_everything(form: Form) -> None:
    with pytest.raises(AttributeError, match="more"):
        form.more  # noqa: B018
    assert form.NAME == "form"


def test_plain_forms_come_with_the_first_compiled_module_of_their_package(asked_for: str) -> None:
    built = one_file({})
    built.forms = lambda: [asked_for, "tcplife.tracker.named"]
    rooms = Rooms(built)
    known = import_module("tcplife.tracker.named")
    assert asked_for not in sys.modules
    assert rooms.find_spec("tcplife.tracker.plain") is not None
    placed = sys.modules[asked_for]
    assert isinstance(placed, Form)
    assert placed is tracker.asked_for  # type: ignore[attr-defined]
    assert placed.__spec__ is not None
    assert placed.__file__ == placed.__spec__.origin == f"{tracker.__path__[0]}/asked_for.py"
    assert sys.modules["tcplife.tracker.named"] is known, "what is there stays"


def test_modules_are_found_in_the_one_file_and_others_elsewhere() -> None:
    rooms = Rooms(one_file({}))
    spec = rooms.find_spec("tcplife.tracker.plain")
    assert spec is not None
    assert spec.loader is rooms  # type: ignore[comparison-overlap]
    assert spec.origin == "rooms.so"
    assert rooms.find_spec("tcplife.tracker") is None


def test_no_number_is_taken_for_an_error() -> None:
    """`except -1` says that -1 always is one: who then returns -1 without one ends the process. Of a number, `except?` asks."""
    number = re.compile(r"\s*cp?def (?:inline )?(?:unsigned )?(?:Py_ssize_t|long long|double) .*\) except -.*")
    found = [
        f"{types.relative_to(ROOT)}: {line.strip()}"
        for types in (ROOT / "tcplife").rglob("*.pxd")
        for line in types.read_text().splitlines()
        if number.fullmatch(line)
    ]
    assert not found


def fields_of(source: Path) -> dict[str, set[str]]:
    """Class -> the names in its __slots__."""
    found = {}
    for made in ast.walk(ast.parse(source.read_text())):
        if isinstance(made, ast.ClassDef):
            for line in made.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "__slots__":
                    found[made.name] = set(ast.literal_eval(line.value))
    return found


def typed_fields_of(types: Path) -> dict[str, set[str]]:
    """Class -> the fields that its .pxd gives a C type."""
    found: dict[str, set[str]] = {}
    name = ""
    for line in types.read_text().splitlines():
        made = re.match(r"cdef class (\w+)", line)
        if made or not line.startswith((" ", "#", "\n")):
            name = made[1] if made else name if not line.strip() else ""
        if made:
            found[name] = set()
        field = re.fullmatch(
            r"    cdef (?:public |readonly )?(?:(?:unsigned|signed|const|long|short) )*[\w.*]+(?:\[.*?\])?[ *]+([\w, *\[\]]+)",
            line,
        )
        if name and field:
            found[name] |= {word.split("[")[0].strip(" *") for word in field[1].split(",")}
    return found


@pytest.mark.parametrize("name", sorted(typed_modules()))
def test_every_field_has_its_type(name: str) -> None:
    """A slot without a type in the .pxd is no field of the compiled class: setting it fails there, and only there."""
    source = ROOT / (name.replace(".", "/") + ".py")
    fields = fields_of(source)
    for made, typed in typed_fields_of(source.with_suffix(".pxd")).items():
        assert fields.get(made, set()) == typed, made


def test_what_the_collector_need_not_know_it_knows_nothing_of() -> None:
    """Of a module whose classes all say no_gc `building` tells Cython so; who inherits must say what its base says."""
    said: dict[str, bool] = {}
    bases: dict[str, str] = {}
    for types in (ROOT / "tcplife").rglob("*.pxd"):
        here = re.findall(r"\n(@cython\.no_gc\n)?cdef class (\w+)(?:\((\w+)\))?:", types.read_text())
        assert len({bool(no_gc) for no_gc, _, _ in here}) <= 1, (
            f"{types}: Cython takes it for all classes of a module or for none"
        )
        said |= {name: bool(no_gc) for no_gc, name, _ in here}
        bases |= {name: base for _, name, base in here if base}
    assert said["Endpoint"]
    assert {name for name, base in bases.items() if said[name] != said[base]} == set()


def hidden_in(types: Path) -> set[str]:
    """Names that the .pxd makes C numbers or C functions: no importer finds them once the module is compiled."""
    found = set()
    for line in types.read_text().splitlines():
        if line.startswith("cdef class"):
            continue
        constants = re.fullmatch(CONSTANTS, line)
        function = re.match(r"cdef (?:inline )?(?:[\w.*]+ )*\**(\w+)\(", line)
        if constants:
            found |= {word.strip() for word in constants[1].split(",")}
        elif function:
            found.add(function[1])
    return found.union(numbers_in(types), *cimported(types).values())


def numbers_in(types: Path) -> dict[str, int]:
    """What the .pxd of a plain module says its numbers are."""
    found = {}
    for name, number, shift in re.findall(
        r'^    [\w ]+ (\w+) "\(\([\w ]+\)\{(.+?)U?L*(?: << (\d+))?\}\)"$', types.read_text(), re.MULTILINE
    ):
        found[name] = int(number, 0) << int(shift or 0)
    return found


def cimported(types: Path) -> dict[str, set[str]]:
    """The numbers that a .pxd takes from those of plain modules: their module -> their names."""
    found = re.findall(r"^from ([\w.]+) cimport \(?([\w,\s]+?)\n?\)?$", types.read_text(), re.MULTILINE)
    return {module: set(re.findall(r"\w+", names)) for module, names in found if module in NUMBERS}


@pytest.mark.parametrize("name", sorted(NUMBERS - {"tcplife.model.compiled"}))
def test_numbers_are_the_same_compiled(name: str) -> None:
    types = ROOT / (name.replace(".", "/") + ".pxd")
    numbers = numbers_in(types)
    assert len(numbers) == types.read_text().count("\n    ")
    assert numbers == {number: getattr(import_module(name), number) for number in numbers}


def test_compiled_modules_know_that_they_are() -> None:
    assert numbers_in(ROOT / "tcplife/model/compiled.pxd") == {"COMPILED": 1}


@pytest.mark.parametrize("name", sorted(typed_modules()))
def test_a_constant_is_a_number_and_no_variable(name: str) -> None:
    """A C variable is asked for, by its name, by every module that cimports from its own: a tenth of a start."""
    source = ROOT / (name.replace(".", "/") + ".py")
    declared = set(
        re.findall(
            r"\w+", " ".join(re.findall(f"^{OWN_NUMBERS}$", source.with_suffix(".pxd").read_text(), re.MULTILINE))
        )
    )
    written = {
        node.targets[0].id
        for node in ast.parse(source.read_text()).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    assert declared & written - reassigned(source) == set()


def reassigned(source: Path) -> set[str]:
    """The names of a module that its functions give other values."""
    return {
        name for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Global) for name in node.names
    }


@pytest.mark.parametrize("name", sorted(typed_modules()))
def test_numbers_of_plain_modules_are_known_to_the_compiler(name: str) -> None:
    """What a .py imports of them its .pxd cimports of the same module: a name that it makes its own is read at start-up."""
    source = ROOT / (name.replace(".", "/") + ".py")
    types = source.with_suffix(".pxd")
    imported: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.ImportFrom):
            imported.setdefault(module_of(source, node), set()).update(alias.name for alias in node.names)
    for module, names in cimported(types).items():
        assert names <= imported[module], module
    own = set(re.findall(r"\w+", " ".join(re.findall(f"^{OWN_NUMBERS}$", types.read_text(), re.MULTILINE))))
    assert {module: names & own for module, names in imported.items() if module in NUMBERS and names & own} == {}


def module_of(path: Path, node: ast.ImportFrom) -> str:
    """The absolute name of what `from ... import` looks into."""
    package = path.relative_to(ROOT).parts[:-1]
    base = package[: len(package) - node.level + 1] if node.level else ()
    return ".".join([*base, node.module] if node.module else base)


def test_nobody_imports_what_is_hidden_when_compiled() -> None:
    """A C constant or function of one compiled module is no attribute of it: its importer fails there, and only there."""
    hidden = {name: hidden_in((ROOT / name.replace(".", "/")).with_suffix(".pxd")) for name in typed_modules()}
    found = []
    for path in [*(ROOT / "tcplife").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        typed = path.with_suffix(".pxd")
        cimported = typed.read_text() if typed.exists() else ""
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (module := module_of(path, node)) in hidden:
                names = {alias.name for alias in node.names} & hidden[module]
                found += [f"{path}: {module}.{name}" for name in names if f"cimport {name}" not in cimported]
    assert found == []


@pytest.mark.parametrize("name", sorted(typed_modules()))
def test_large_numbers_have_names(name: str) -> None:
    """Written out, a number beyond a C int is a Python object when compiled (measured: 1,300 instructions for 30)."""
    tree = ast.parse((ROOT / (name.replace(".", "/") + ".py")).read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    numbers = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.Constant)]
    assert [
        f"line {node.lineno}: {node.value}" for node in numbers if type(node.value) is int and node.value >> 31
    ] == []
