"""The plugin host: finds the programmes that are installed and keeps their failures to themselves.

Every plugin, ours or a vendor's, comes in by the entry point group `bangfu.programmes`: from what
is installed with the system, and from the wheels of the plugin folder. One that cannot be loaded,
was changed or is not signed, was written for another SDK, raises or hangs while it judges is
unavailable with its reason; everything else goes on, and nothing is decided in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points, requires
from typing import Any

import pluggy
from bangfu_sdk import (
    API_VERSION,
    PROJECT,
    Exit,
    Identification,
    Programme,
    Rule,
    Scheme,
    hooks,
    is_compatible,
)
from packaging.requirements import Requirement

from core.errors import DomainError, Message, NotFoundError, UnavailableError, _
from core.settings import Settings
from core.wheels import GROUP, UNSIGNED, activate, find_installed, read_keys


@dataclass(frozen=True)
class Entry:
    """An identification or programme as it was found: usable unless `problem` says why not.

    `plugin` is the entry point or distribution it came from.
    """

    name: str
    plugin: str
    rule: Rule | None
    problem: Message | None = None

    @property
    def is_available(self) -> bool:
        """Whether it can be used now."""
        return self.rule is not None and self.problem is None

    @property
    def version(self) -> str:
        """The version of the rule, empty where it could not be loaded."""
        return self.rule.version if self.rule else ""


class Catalogue:
    """The rules by name."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            self._add(entry)

    @classmethod
    def load(cls, extra: Iterable[object] = (), settings: Settings | None = None) -> Catalogue:
        """Return what is installed, and `extra` plugin objects given directly.

        Where the plugin folder lies is told by the settings, those of the environment if left out.
        """
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(hooks)
        settings = settings or Settings()
        found = [*_open_wheels(settings), *_load_all(manager, signed=bool(settings.plugin_keys))]
        given = [_register(manager, plugin, _name_of(plugin)) for plugin in extra]
        return cls(entry for entries in (*found, *given) for entry in entries)

    def entries(self) -> tuple[Entry, ...]:
        """Return everything that was found, usable or not, by name."""
        return tuple(self._entries[name] for name in sorted(self._entries))

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules that could be loaded, by name."""
        return tuple(entry.rule for entry in self.entries() if entry.rule is not None)

    def is_available(self, name: str) -> bool:
        """Return whether a rule of this name can be used now."""
        entry = self._entries.get(name)
        return entry is not None and entry.is_available

    def rule(self, name: str) -> Rule:
        """Return a rule.

        Raises NotFoundError where no plugin provides it, UnavailableError where its plugin
        could not be loaded. A rule that raised before is tried again.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise NotFoundError(_("No plugin provides “%(name)s”."), name=name)
        if entry.rule is None:
            raise _unavailable(entry)
        return entry.rule

    def programme(self, name: str) -> Programme:
        """Return a programme; see `rule`."""
        rule = self.rule(name)
        if not isinstance(rule, Programme):
            raise NotFoundError(_("“%(name)s” is no programme."), name=name)
        return rule

    def identification(self, name: str) -> Identification:
        """Return an identification; see `rule`."""
        rule = self.rule(name)
        if not isinstance(rule, Identification):
            raise NotFoundError(_("“%(name)s” is no identification."), name=name)
        return rule

    def exit(self, name: str) -> Exit:
        """Return an exit; see `rule`."""
        rule = self.rule(name)
        if not isinstance(rule, Exit):
            raise NotFoundError(_("“%(name)s” is no exit."), name=name)
        return rule

    def scheme(self, name: str) -> Scheme:
        """Return a scheme; see `rule`."""
        rule = self.rule(name)
        if not isinstance(rule, Scheme):
            raise NotFoundError(_("“%(name)s” is no scheme."), name=name)
        return rule

    @contextmanager
    def contain(self, name: str) -> Iterator[None]:
        """Run a rule: what it raises marks it unavailable and becomes UnavailableError."""
        entry = self._entries[name]
        try:
            yield
        except DomainError:  # Of the core, about what it was given: not the plugin's matter.
            raise
        except (Exception, SystemExit) as error:
            failed = replace(entry, problem=_told(error))
            self._entries[name] = failed
            raise _unavailable(failed) from error
        if entry.problem is not None:
            self._entries[name] = replace(entry, problem=None)

    def _add(self, entry: Entry) -> None:
        other = self._entries.get(entry.name)
        if other is None:
            self._entries[entry.name] = entry
            return
        text = _("Both %(first)s and %(second)s provide it.")
        problem = Message(text, {"first": other.plugin, "second": entry.plugin})
        self._entries[entry.name] = Entry(entry.name, other.plugin, None, problem)


def _open_wheels(settings: Settings) -> Iterator[list[Entry]]:
    """Let the wheels of the plugin folder be imported; yield those that are refused."""
    installed = find_installed(settings.plugins, read_keys(settings.plugin_keys))
    activate(installed)
    for one in installed:
        if one.problem is not None:
            names = one.wheel.packages if one.wheel else (one.path.name,)
            yield [Entry(name, one.path.name, None, one.problem) for name in names]


def _load_all(manager: pluggy.PluginManager, *, signed: bool) -> Iterator[list[Entry]]:
    """Yield what every entry point brings. Where wheels have to be signed, what came in by another
    way than the plugin folder is refused, the system's own plugins apart."""
    own = {Requirement(text).name for text in requires("bangfu") or ()}
    for point in entry_points(group=GROUP):
        if signed and not _is_vouched_for(point, own):
            yield [Entry(point.name, point.value, None, Message(UNSIGNED, {}))]
        else:
            yield _load(manager, point)


def _is_vouched_for(point: EntryPoint, own: set[str]) -> bool:
    found = point.dist
    if found is None:
        return False
    # A wheel of the folder was looked at before it could be found here.
    return found.name in own or ".whl" in str(found.locate_file(""))


def _load(manager: pluggy.PluginManager, point: EntryPoint) -> list[Entry]:
    try:
        plugin = point.load()
    except (Exception, SystemExit) as error:  # A vendor's module may do anything when imported.
        return [Entry(point.name, point.value, None, _told(error))]
    return _register(manager, plugin, point.name)


def _register(manager: pluggy.PluginManager, plugin: Any, name: str) -> list[Entry]:
    try:
        manager.register(plugin, name)
        manager.check_pending()
        rules = [
            rule
            for caller in manager.get_hookcallers(plugin) or ()
            for implementation in caller.get_hookimpls()
            if implementation.plugin is plugin
            for rule in _offered(implementation)
        ]
    except (Exception, SystemExit) as error:
        manager.unregister(name=name)
        return [Entry(name, name, None, _told(error))]
    if not rules:
        return [Entry(name, name, None, Message(_("It offers no programme."), {}))]
    return [_examine(rule, name) for rule in rules]


def _offered(implementation: pluggy.HookImpl) -> list[Any]:
    offer: Any = implementation.function
    return list(offer())


def _examine(rule: Any, plugin: str) -> Entry:
    """Return the entry of a rule; one that breaks the contract has a problem and no rule."""
    name = getattr(rule, "name", None)
    known = name if isinstance(name, str) else plugin
    if not isinstance(rule, Identification | Programme | Exit | Scheme):
        text = _("“%(found)s” is no identification, programme, exit or scheme.")
        return Entry(known, plugin, None, Message(text, {"found": type(rule).__name__}))
    try:
        fits = is_compatible(rule.api_version)
        _read_contract(rule)
    except Exception as error:
        return Entry(known, plugin, None, _told(error))
    if not fits:
        text = _("It was written for SDK %(wanted)s; this system offers %(offered)s.")
        values = {"wanted": rule.api_version, "offered": API_VERSION}
        return Entry(known, plugin, None, Message(text, values))
    return Entry(known, plugin, rule)


def _read_contract(rule: Rule) -> None:
    """Touch every name a rule must set, so that one left out is found now and not later."""
    for attribute in ("name", "version", "title", "parameters", "facts"):
        getattr(rule, attribute)
    if isinstance(rule, Identification | Programme):
        getattr(rule, "categories" if isinstance(rule, Identification) else "kind")


def _name_of(plugin: Any) -> str:
    return str(getattr(plugin, "__name__", type(plugin).__name__))


def _told(error: BaseException) -> Message:
    return Message("%(error)s", {"error": f"{type(error).__name__}: {error}"})


def _unavailable(entry: Entry) -> UnavailableError:
    return UnavailableError(
        _("“%(name)s” is unavailable: %(problem)s"),
        remedy=_("Nothing was decided. Tell the operator; try again when the plugin is mended."),
        name=entry.name,
        problem=entry.problem,
    )
