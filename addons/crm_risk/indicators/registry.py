"""The built-in indicators of all addons on the path, by code."""

_builtins: dict[str, object] = {}


def register(indicator_class):
    """Class decorator: make the indicator known under its code."""
    indicator = indicator_class()
    known = _builtins.get(indicator.code)
    if known and type(known).__qualname__ != indicator_class.__qualname__:
        raise ValueError(f"indicator code {indicator.code!r} is taken by {known!r}")
    _builtins[indicator.code] = indicator
    return indicator_class


def builtin(code):
    """The indicator of that code, or ``None``: its addon may be gone."""
    return _builtins.get(code)


def builtins():
    """All indicators, by code."""
    return dict(sorted(_builtins.items()))
