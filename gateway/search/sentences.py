"""What became of a question at one source, as a sentence for whoever asked; on the screen and on paper alike."""

from collections.abc import Collection, Mapping

from connectors.contract import Key, Source

_NOT_NONE = ' This is not "none".'
_FAULTS: Mapping[str, str] = {
    "timeout": "No answer in {patience:.1f} s.",
    "unreachable": "{title} cannot be reached.",
    "busy": "Too many are asking {title}. Try again.",
    "open_circuit": "{title} kept failing. It is left alone for a moment.",
    "garbled": "The answer could not be read safely; none of it is shown.",
    "denied": "{title} refused your agency or purpose.",
    "too_many": "{title} will not list so many. Add a birth date or number.",
}
_REFUSALS: Mapping[str, str] = {
    "role.covers_source": "Your role may not ask {title}.",
    "purpose.covers_source": "Your role may not ask {title} for purpose {purpose}.",
}
_NOT_ASKED: Mapping[str, str] = {
    "not_chosen": "You left it out.",
    "cannot_answer": "{title} cannot be searched by this.",
    "switched_off": "Its owner switched it off.",
}

_KEYS: Mapping[Key, str] = {
    Key.LICENCE_NUMBER: "license number",
    Key.LICENCE_STATE: "license state",
    Key.VIN: "VIN",
    Key.SID: "SID",
    Key.FBI_NUMBER: "FBI number",
    Key.OPUS_NUMBER: "prison number",
}


def waiting(source: Source) -> str:
    """That a source was still waited for."""
    return f"{source.title} had not answered yet.{_NOT_NONE}"


def fault(source: Source, word: str) -> str:
    """What a fault means; silence is never "none"."""
    return _FAULTS[word].format(title=source.title, patience=source.patience_s) + _NOT_NONE


def refused(source: Source, rule: str, purpose: str) -> str:
    """Why policy does not let someone ask a source."""
    return _REFUSALS.get(rule, _REFUSALS["role.covers_source"]).format(title=source.title, purpose=purpose)


def not_asked(source: Source, reason: str) -> str:
    """Why a source was not asked."""
    return _NOT_ASKED.get(reason, _NOT_ASKED["not_chosen"]).format(title=source.title)


def without(source: Source, keys: Collection[Key]) -> str:
    """What of a question a source was not asked by, for it knows no such thing; nothing where it knows all of it."""
    unknown = [_KEYS.get(key, key.value.replace("_", " ")) for key in Key if key in keys and key not in source.keys]
    if not unknown or not source.can_answer(frozenset(keys)):
        return ""
    it = "it" if len(unknown) == 1 else "them"
    return f"Asked without {', '.join(unknown)}: {source.title} does not search by {it}."


def found(source: Source, shown: int, total: int) -> str:
    """What a source found, and whether all of it is here."""
    if total == 0:
        return f"{source.title} answered: no record matches."
    if total > shown:
        return f"{shown:,} of {total:,} shown. Narrow the question."
    return f"{shown:,} {'record' if shown == 1 else 'records'}."
