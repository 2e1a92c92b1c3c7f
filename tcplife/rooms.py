"""Where the compiled modules are: all in one file, if it was built (`tcplife.building`); else each is where its source is.

A hundred files would each have to be found, mapped and bound, a seventh of the time that an analysis needs to start.
"""

from __future__ import annotations

import sys
from _thread import RLock
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


READING = RLock()
"""Who holds it may read the plain form of something."""


class Form(ModuleType):
    """The plain form of what compiled modules have inlined, read when somebody asks for something of it: hardly ever.

    Fifteen such modules were a tenth of a start.
    """

    def __getattr__(self, name: str) -> Any:
        """Read all of it, and return what was asked for. Raises: AttributeError."""
        with READING:
            spec = self.__spec__
            if spec is not None and spec.loader is not None and spec.loader_state is None:
                spec.loader_state = "read"
                try:
                    spec.loader.exec_module(self)
                except BaseException:
                    spec.loader_state = None
                    raise
                self.__class__ = ModuleType  # type: ignore[assignment]
        return ModuleType.__getattribute__(self, name)


class Rooms:
    """Finds and loads the modules of the one file. Source: importlib.abc, MetaPathFinder and Loader."""

    def __init__(self, built: Any) -> None:
        """built: the module that begins the others."""
        self._names = frozenset(built.names())
        self._file = built.__file__
        self.create_module = built.create
        self.exec_module = built.execute
        self._forms: dict[str, list[str]] = {}
        for form in built.forms():
            package, _, own = form.rpartition(".")
            self._forms.setdefault(package, []).append(own)
        built.load_by(self.load)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Tell where a module is; None when it is elsewhere."""
        if name not in self._names:
            return None
        self._place_forms(name.rpartition(".")[0])
        spec = ModuleSpec(name, self, origin=self._file)  # type: ignore[arg-type]
        spec.has_location = True
        return spec

    def load(self, name: str) -> ModuleType:
        """Load a module that another one of the file waits for, as the import system would.

        Its locks and searches are a fifth of a start of a hundred modules; this is for when no other thread runs
        (tcplife.building). Raises: whatever the module raises; it is then none.
        """
        package, _, own = name.rpartition(".")
        parent = sys.modules.get(package) or import_module(package)
        if name in sys.modules:  # the package itself wanted it
            return sys.modules[name]
        spec = self.find_spec(name)
        module: ModuleType = self.create_module(spec)
        module.__spec__ = spec
        sys.modules[name] = module
        try:
            self.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
        setattr(parent, own, module)
        return module

    def _place_forms(self, package: str) -> None:
        """With the first compiled module of a package come the plain forms in it, unread."""
        parent = sys.modules[package]
        for own in self._forms.pop(package, ()):
            name = f"{package}.{own}"
            if name not in sys.modules:
                sys.modules[name] = form = Form(name)
                form.__file__ = f"{parent.__path__[0]}/{own}.py"
                form.__package__ = package
                form.__loader__ = SourceFileLoader(name, form.__file__)
                form.__spec__ = ModuleSpec(name, form.__loader__, origin=form.__file__)
                form.__spec__.has_location = True
                setattr(parent, own, form)


def open_rooms(places: list[str]) -> None:
    """From now on, look for modules in the one file first, if there is one. places: the package's own `__path__`.

    A file elsewhere, which an editable installation might offer, belongs to other sources.
    """
    spec = PathFinder.find_spec(f"{__package__}._rooms", places)
    if spec is None or spec.loader is None:
        return
    built = spec.loader.create_module(spec)  # complete by that alone
    try:
        sys.meta_path.insert(0, Rooms(built))
    except AttributeError:
        return  # built of much older sources: these run as plain Python until they are built, which takes this package
