"""How to get what not everybody needs: the optional dependencies of pyproject.toml."""


def install(extra: str) -> str:
    """The command, for whoever installed a wheel and for whoever works in a checkout."""
    return f"pip install 'img2code[{extra}]' (in a checkout: pip install -e '.[{extra}]')"
